"""How Step Functions spells things, and what of it the environment sets."""

from pathlib import Path

import pytest

from mlops_gitops.emulator.environment import prepare_environment
from mlops_gitops.emulator.stepfunctions.names import sdk_name
from mlops_gitops.emulator.stepfunctions.resource import read_resource
from mlops_gitops.emulator.stepfunctions.tasks import handles


@pytest.mark.parametrize(
    ("member", "spelled"),
    [
        ("TrainingJobName", "TrainingJobName"),
        ("AutoMLJobName", "AutoMLJobName"),
        ("DBClusterArn", "DbClusterArn"),
        ("ETag", "ETag"),
        ("SSEKMSKeyId", "SsekmsKeyId"),
        ("pipelineExecutionId", "PipelineExecutionId"),
    ],
)
def test_members_are_spelled_as_javas(member: str, spelled: str) -> None:
    """A run of capitals that a name begins with is one word."""
    assert sdk_name(member) == spelled


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_a_resource_is_read_in_any_partition(partition: str) -> None:
    """Service, action and pattern are found."""
    asked = read_resource(f"arn:{partition}:states:::sagemaker:createTrainingJob.sync")

    assert asked is not None
    assert (asked.service, asked.operation, asked.pattern, asked.generic) == (
        "sagemaker",
        "CreateTrainingJob",
        ".sync",
        False,
    )


@pytest.mark.parametrize(
    "resource",
    [
        "arn:aws:lambda:us-east-1:111111111111:function:f",
        "arn:aws:states:::lambda:invoke",
        "arn:aws:states:::aws-sdk:dynamodb:getItem",
        "arn:aws:states:us-east-1:111111111111:activity:a",
    ],
)
def test_other_tasks_stay_ministacks(resource: str) -> None:
    """Functions, activities and other services are not ours."""
    assert not handles(resource)


@pytest.mark.parametrize(("given", "scale"), [({}, "0.02"), ({"SFN_WAIT_SCALE": "1"}, "1")])
def test_waiting_is_short_unless_the_user_says_otherwise(given: dict[str, str], scale: str) -> None:
    """Waits of state machines are scaled, and the scale is the user's to set."""
    environ = dict(given)

    prepare_environment(environ, port=1, state_dir=Path("state"))

    assert environ["SFN_WAIT_SCALE"] == scale
