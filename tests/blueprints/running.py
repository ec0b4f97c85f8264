"""Runs of examples: a composed stack's state machine, walked against services that answer."""

from typing import Any

from blueprints.composed import Example
from blueprints.machine import Answer, Walk, walk
from blueprints.resolving import resolved

DEPLOY, SCHEDULE = {"reason": "deploy"}, {"reason": "schedule"}


def machine_of(example: Example) -> dict[str, Any]:
    """Give the definition of the machine that a stage ends with, as Step Functions gets it."""
    resources = resolved(example.stack.template, example.stack.parameter_values())
    (machine,) = [
        one
        for one in resources.values()
        if one["Type"] == "AWS::StepFunctions::StateMachine" and "Definition" in one["Properties"]
    ]
    definition: dict[str, Any] = machine["Properties"]["Definition"]
    return definition


def run(example: Example, given: Any = DEPLOY, **answers: Answer) -> Walk:
    """Run an example's state machine; what no answer is given for succeeds."""
    return walk(machine_of(example), given, {**USUAL, **answers})


_MODEL = "s3://acme/out/job/output/model.tar.gz"
_TRAINED = {
    "TrainingJobArn": "arn:aws:sagemaker:us-east-1:111111111111:training-job/j",
    "ModelArtifacts": {"S3ModelArtifacts": _MODEL},
}
_FOUND = {
    "AutoMLJobStatus": "Completed",
    "AutoMLJobArn": "arn:aws:sagemaker:us-east-1:111111111111:automl-job/j",
    "BestCandidate": {"InferenceContainers": [{"Image": "i", "ModelDataUrl": _MODEL}]},
}
_PACKAGE = "arn:aws:sagemaker:us-east-1:111111111111:model-package/g/1"

# Services that succeed at once, and remember no earlier run.
USUAL: dict[str, Answer] = {
    "LastRun": lambda _: {"Body": "{}"},
    "Train": lambda _: _TRAINED,
    "Tune": lambda _: {"BestTrainingJob": {"TrainingJobName": "j-001-abc"}},
    "FindBest": lambda _: _TRAINED,
    "Look": lambda _: _FOUND,
    "Register": lambda _: {"ModelPackageArn": _PACKAGE},
}
