"""Tuning steps: one training with the first value of each range, instead of a search."""

from dataclasses import replace

from mlops_gitops.executor.work import training
from mlops_gitops.executor.work.desk import Desk, Done, How, Object, an_object, objects, text

_MOST = 50


def work(desk: Desk) -> Done:
    """Run one training job, and say that it was the best.

    Raises:
        StepFailed: it failed.
        StepStopped: it was told to stop.
    """
    config = an_object(desk.arguments.get("HyperParameterTuningJobConfig"))
    several = objects(desk.arguments.get("TrainingJobDefinitions"))
    definition = an_object(desk.arguments.get("TrainingJobDefinition")) or (
        several[0] if several else {}
    )
    ranges = _first_values(
        an_object(config.get("ParameterRanges"))
        or an_object(definition.get("HyperParameterRanges"))
    )
    static = an_object(definition.get("StaticHyperParameters"))
    request: Object = {**definition, "HyperParameters": {**static, **ranges}}
    done = training.work(replace(desk, arguments=request))
    arn = desk.arn("hyper-parameter-tuning-job", desk.short_name)
    return Done(
        properties={
            **desk.arguments,
            "HyperParameterTuningJobName": desk.short_name,
            "HyperParameterTuningJobArn": arn,
            "HyperParameterTuningJobStatus": "Completed",
            "BestTrainingJob": _summary(done, ranges),
            "TrainingJobSummaries": [_summary(done, ranges)] * _count(config),
        },
        metadata={"TuningJob": {"Arn": arn}},
        how=How.STUBBED,
        why=done.why
        or "One training job ran, with the first value of each range; "
        "nothing was searched, so every place in the ranking is this job's.",
    )


def _first_values(ranges: Object) -> Object:
    numbers = [
        *objects(ranges.get("IntegerParameterRanges")),
        *objects(ranges.get("ContinuousParameterRanges")),
    ]
    found: Object = {text(each.get("Name")): text(each.get("MinValue")) for each in numbers}
    for each in objects(ranges.get("CategoricalParameterRanges")):
        values = each.get("Values")
        found[text(each.get("Name"))] = text(values[0]) if isinstance(values, list) else ""
    return found


def _summary(done: Done, ranges: Object) -> Object:
    return {
        "TrainingJobName": done.properties["TrainingJobName"],
        "TrainingJobArn": done.properties["TrainingJobArn"],
        "TrainingJobStatus": "Completed",
        "TunedHyperParameters": ranges,
    }


def _count(config: Object) -> int:
    limits = an_object(config.get("ResourceLimits"))
    most = limits.get("MaxNumberOfTrainingJobs")
    return max(1, min(_MOST, most if isinstance(most, int) else 1))
