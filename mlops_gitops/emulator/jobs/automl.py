"""AutoML jobs (V2): one candidate, whose model says what it is."""

from typing import Any

from mlops_gitops.emulator.jobs.bench import Bench, Outcome, Request
from mlops_gitops.emulator.jobs.storage import inside
from mlops_gitops.emulator.jobs.training import packed_model

_EMULATED_METRIC = 0.5
_IMAGE = "000000000000.dkr.ecr.{region}.amazonaws.com/sagemaker-automl:emulated"


def opening(request: Request) -> dict[str, Any]:
    """What Describe tells from the start."""
    problem = next(iter(request["AutoMLProblemTypeConfig"]), "")
    return {
        "AutoMLProblemTypeConfigName": problem.removesuffix("JobConfig"),
        "AutoMLJobSecondaryStatus": "AnalyzingData",
    }


def search(bench: Bench, request: Request) -> Outcome:
    """Look at the data and write one candidate's model.

    Raises:
        JobFailedError: a channel holds nothing, or the model cannot be written.
    """
    for channel in request["AutoMLJobInputDataConfig"]:
        if source := channel.get("DataSource", {}).get("S3DataSource"):
            bench.find(source["S3Uri"])
    candidate = f"{bench.name}-emulated"
    folder = inside(request["OutputDataConfig"]["S3OutputPath"], bench.name)
    artifact = f"{folder}/models/{candidate}/output/model.tar.gz"
    bench.leave(artifact, packed_model(bench.arn))
    container = {
        "Image": _IMAGE.format(region=bench.scope.region),
        "ModelDataUrl": artifact,
        "Environment": {"EMULATED": "true"},
    }
    metric = request.get("AutoMLJobObjective", {}).get("MetricName", "Accuracy")
    best = {
        "CandidateName": candidate,
        "CandidateStatus": "Completed",
        "ObjectiveStatus": "Succeeded",
        "CandidateSteps": [],
        "CreationTime": bench.created,
        "LastModifiedTime": bench.created,
        "InferenceContainers": [container],
        "FinalAutoMLJobObjectiveMetric": {"MetricName": metric, "Value": _EMULATED_METRIC},
    }
    return Outcome(members={"BestCandidate": best})
