"""Tuning jobs: they run one training job, with the lowest value of each range."""

import dataclasses
import uuid
from collections.abc import Mapping
from typing import Any

from mlops_gitops.emulator.jobs.bench import Bench, Child, JobFailedError, Outcome, Request
from mlops_gitops.emulator.jobs.training import train

_EMULATED_METRIC = 0.5
_NAME_LENGTH = 63
_FAILED = (
    "No training job succeeded after 1 attempts. For additional details, please take a look at the "
    "training job failures by listing training jobs for the hyperparameter tuning job."
)


def opening(request: Request) -> dict[str, Any]:
    """What Describe and List tell while it runs."""
    config = request["HyperParameterTuningJobConfig"]
    return {
        "TrainingJobStatusCounters": _counters(InProgress=1),
        "ObjectiveStatusCounters": {"Succeeded": 0, "Pending": 1, "Failed": 0},
        "Strategy": config["Strategy"],
        "ResourceLimits": config["ResourceLimits"],
    }


def tune(bench: Bench, request: Request) -> Outcome:
    """Run one training job, however many the request allows.

    Raises:
        JobFailedError: the training job failed; it is there to be described all the same.
    """
    definition = definitions(request)[0]
    tuned = _lowest(_ranges(request, definition))
    name = f"{bench.name[: _NAME_LENGTH - 13]}-001-{uuid.uuid4().hex[:8]}"
    training = _training_request(name, definition, tuned)
    place = dataclasses.replace(bench, name=name, arn=bench.child_arn(name))
    try:
        trained = train(place, training)
    except JobFailedError as error:
        child = _child(bench, name, training, error.reason, {})
        summary = {**_summary(place, tuned, "Failed"), "FailureReason": error.reason}
        told = {
            "TrainingJobSummaries": [summary],
            "TrainingJobStatusCounters": _counters(NonRetryableError=1),
            "ObjectiveStatusCounters": {"Succeeded": 0, "Pending": 0, "Failed": 1},
        }
        raise JobFailedError(_FAILED, told, (child,)) from error
    metric = {**_objective(request, definition), "Value": _EMULATED_METRIC}
    members = {
        **trained.members,
        "FinalMetricDataList": [
            {**{k: metric[k] for k in ("MetricName", "Value")}, "Timestamp": bench.created}
        ],
    }
    best = {
        **_summary(place, tuned, "Completed"),
        "FinalHyperParameterTuningJobObjectiveMetric": metric,
        "ObjectiveStatus": "Succeeded",
    }
    return Outcome(
        members={
            "BestTrainingJob": best,
            "TrainingJobSummaries": [best],
            "TrainingJobStatusCounters": _counters(Completed=1),
            "ObjectiveStatusCounters": {"Succeeded": 1, "Pending": 0, "Failed": 0},
        },
        children=(_child(bench, name, training, "", members),),
    )


def definitions(request: Request) -> list[Request]:
    """The training jobs that a request describes."""
    several: list[Request] = request.get("TrainingJobDefinitions") or []
    one = request.get("TrainingJobDefinition")
    return several or ([one] if one else [])


def _ranges(request: Request, definition: Request) -> Request:
    found: Request = definition.get("HyperParameterRanges") or request[
        "HyperParameterTuningJobConfig"
    ].get("ParameterRanges", {})
    return found


def _objective(request: Request, definition: Request) -> dict[str, Any]:
    config = request["HyperParameterTuningJobConfig"]
    wanted = definition.get("TuningObjective") or config.get("HyperParameterTuningJobObjective")
    return dict(wanted or {"Type": "Minimize", "MetricName": "emulated"})


def _lowest(ranges: Request) -> dict[str, str]:
    numbers = [
        *ranges.get("IntegerParameterRanges", ()),
        *ranges.get("ContinuousParameterRanges", ()),
    ]
    chosen = {entry["Name"]: entry["MinValue"] for entry in numbers}
    kinds = ranges.get("CategoricalParameterRanges", ())
    return chosen | {entry["Name"]: entry["Values"][0] for entry in kinds}


def _training_request(name: str, definition: Request, tuned: Mapping[str, str]) -> dict[str, Any]:
    kept = {
        key: value
        for key, value in definition.items()
        if key not in ("DefinitionName", "StaticHyperParameters", "HyperParameterRanges")
    }
    static = definition.get("StaticHyperParameters", {})
    return {**kept, "TrainingJobName": name, "HyperParameters": {**static, **tuned}}


def _summary(bench: Bench, tuned: Mapping[str, str], status: str) -> dict[str, Any]:
    return {
        "TrainingJobName": bench.name,
        "TrainingJobArn": bench.arn,
        "CreationTime": bench.created,
        "TrainingJobStatus": status,
        "TunedHyperParameters": dict(tuned),
    }


def _child(
    bench: Bench, name: str, request: Request, failure: str, members: Mapping[str, Any]
) -> Child:
    return Child(
        name=name,
        request=request,
        failure=failure,
        members={**members, "TuningJobArn": bench.arn},
    )


def _counters(**counted: int) -> dict[str, int]:
    none = ("Completed", "InProgress", "RetryableError", "NonRetryableError", "Stopped")
    return dict.fromkeys(none, 0) | counted
