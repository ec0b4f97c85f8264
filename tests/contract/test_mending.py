"""What CloudFormation promises about stacks that are stuck."""

import json
from dataclasses import replace
from typing import Any

import boto3
import pytest
from contract.conftest import Side
from contract.test_stacks import stack

from mlops_gitops.adapters.memory.stacks import MemoryStacks
from mlops_gitops.desired.stack import DeployableStack
from mlops_gitops.diff.deployed import StackStatus
from mlops_gitops.errors import AwsError
from mlops_gitops.use_cases.settle import settle

BUCKET = "AWS::S3::Bucket"
NEVER: dict[str, Any] = {
    "Type": "AWS::CloudFormation::WaitCondition",
    "DependsOn": "Bucket",
    "Properties": {"Handle": {"Ref": "First"}, "Timeout": "1"},
}
"""Fails after a second, for nobody ever signals."""


def with_bucket(wanted: DeployableStack, **resources: Any) -> DeployableStack:
    """Add a bucket, and more."""
    bucket = {"Type": BUCKET, "Properties": {"BucketName": wanted.id.name}}
    added = {**wanted.template["Resources"], "Bucket": bucket, **resources}
    return replace(wanted, template={**wanted.template, "Resources": added})


def status(side: Side, wanted: DeployableStack) -> StackStatus | None:
    """Wait for a stack, and tell its status."""
    found = settle(side.stacks, side.clock, wanted.id)
    return found.status if found else None


def at_aws(wanted: DeployableStack, service: str) -> Any:
    """What somebody uses who does not use us."""
    return boto3.client(
        service,
        region_name="us-east-1",
        aws_access_key_id=wanted.id.account,
        aws_secret_access_key="emulated",
    )


def by_hand(wanted: DeployableStack, operation: str) -> None:
    """Start an operation as nobody should: without a rollback."""
    call = getattr(at_aws(wanted, "cloudformation"), operation)
    parameters = [{"ParameterKey": k, "ParameterValue": v} for k, v in wanted.parameters.items()]
    call(
        StackName=wanted.id.name,
        TemplateBody=json.dumps(wanted.template),
        Parameters=parameters,
        DisableRollback=True,
    )


def fill(wanted: DeployableStack) -> None:
    """Put something into the bucket, so that it cannot be deleted."""
    s3 = at_aws(wanted, "s3")
    s3.get_waiter("bucket_exists").wait(Bucket=wanted.id.name, WaiterConfig={"Delay": 0.05})
    s3.put_object(Bucket=wanted.id.name, Key="kept", Body=b"data")


def test_a_creation_that_stopped_half_way_is_undone(side: Side, name: str) -> None:
    """There is no good state to go back to, so the stack goes."""
    wanted = with_bucket(stack(side, name), Never=NEVER)
    if isinstance(side.stacks, MemoryStacks):
        side.stacks.stuck[name] = StackStatus.CREATE_FAILED
        side.stacks.create(wanted)
    else:
        by_hand(wanted, "create_stack")
    assert status(side, wanted) is StackStatus.CREATE_FAILED

    side.world.mending.roll_back(wanted.id)

    after = status(side, wanted)
    assert after is None or not [
        each for each in side.stacks.resources(wanted.id) if each.status != "DELETE_COMPLETE"
    ]


def test_an_update_that_stopped_half_way_goes_back(side: Side, name: str) -> None:
    """What was deployed before is deployed again."""
    before = with_bucket(stack(side, name))
    side.stacks.create(before)
    settle(side.stacks, side.clock, before.id)
    wanted = with_bucket(before, Never=NEVER)
    if isinstance(side.stacks, MemoryStacks):
        side.stacks.stuck[name] = StackStatus.UPDATE_FAILED
        side.stacks.update(wanted)
    else:
        by_hand(wanted, "update_stack")
    assert status(side, wanted) is StackStatus.UPDATE_FAILED

    side.world.mending.roll_back(wanted.id)

    assert status(side, wanted) is StackStatus.UPDATE_ROLLBACK_COMPLETE
    assert "Never" not in side.stacks.template(wanted.id)["Resources"]


def with_card(wanted: DeployableStack, status_of_card: str, **resources: Any) -> DeployableStack:
    """Add a model card, and more."""
    properties = {
        "ModelCardName": wanted.id.name,
        "ModelCardStatus": status_of_card,
        "Content": {"model_overview": {"model_owner": "somebody"}},
    }
    card = {"Type": "AWS::SageMaker::ModelCard", "Properties": properties}
    added = {**wanted.template["Resources"], "Card": card, **resources}
    return replace(wanted, template={**wanted.template, "Resources": added})


def stuck_in_memory(stacks: MemoryStacks, wanted: DeployableStack) -> None:
    """Let an update fail, and its rollback."""
    stacks.stuck[wanted.id.name] = StackStatus.UPDATE_ROLLBACK_FAILED
    stacks.update(wanted)


def stuck_on_aws(side: Side, wanted: DeployableStack) -> None:
    """Let an update fail, and its rollback, if somebody deletes the card soon enough."""
    cards = side.world.model_cards
    side.stacks.update(wanted)
    while cards.status(wanted.id.account, wanted.id.name) != "PendingReview":
        found = side.stacks.find(wanted.id)
        if found and found.status is StackStatus.UPDATE_ROLLBACK_COMPLETE:
            return
        side.clock.sleep(0.05)
    cards.delete(wanted.id.account, wanted.id.name)


def stuck(side: Side, name: str) -> DeployableStack:
    """Give a stack whose rollback failed; whoever was too late has longer the next time."""
    for seconds in ("1", "5", "20"):
        before = with_card(stack(side, f"{name}-{seconds}"), "Draft")
        side.stacks.create(before)
        settle(side.stacks, side.clock, before.id)
        waits = {**NEVER["Properties"], "Timeout": seconds}
        never = {**NEVER, "DependsOn": "Card", "Properties": waits}
        wanted = with_card(before, "PendingReview", Never=never)
        if isinstance(side.stacks, MemoryStacks):
            stuck_in_memory(side.stacks, wanted)
        else:
            stuck_on_aws(side, wanted)
        if status(side, wanted) is StackStatus.UPDATE_ROLLBACK_FAILED:
            return wanted
    raise AssertionError("No rollback failed.")


def test_a_rollback_that_failed_goes_on(side: Side, name: str) -> None:
    """Without a resource that cannot be rolled back, if it is named."""
    wanted = stuck(side, name)

    side.world.mending.continue_rollback(wanted.id, ["Card"])

    assert status(side, wanted) is StackStatus.UPDATE_ROLLBACK_COMPLETE
    assert "Never" not in side.stacks.template(wanted.id)["Resources"]


def test_what_cannot_be_deleted_is_left_behind(side: Side, name: str) -> None:
    """Only once deleting it has failed: CloudFormation takes no names before."""
    wanted = with_bucket(stack(side, name))
    side.stacks.create(wanted)
    settle(side.stacks, side.clock, wanted.id)
    with pytest.raises(AwsError, match=r"DELETE_FAILED|CREATE_COMPLETE"):
        side.world.mending.delete(wanted.id, ["Bucket"])
    if isinstance(side.stacks, MemoryStacks):
        side.stacks.stuck[name] = StackStatus.DELETE_FAILED
    else:
        fill(wanted)

    side.world.mending.delete(wanted.id, [])
    first = status(side, wanted)
    side.world.mending.delete(wanted.id, ["Bucket"])

    assert first is StackStatus.DELETE_FAILED
    assert status(side, wanted) is None


def test_a_healthy_stack_is_not_rolled_back(side: Side, name: str) -> None:
    """AWS says no, in its own words, and nothing happens."""
    wanted = stack(side, name)
    side.stacks.create(wanted)
    settle(side.stacks, side.clock, wanted.id)

    with pytest.raises(AwsError, match=r"status|CREATE_COMPLETE"):
        side.world.mending.roll_back(wanted.id)
    with pytest.raises(AwsError, match=r"status|CREATE_COMPLETE"):
        side.world.mending.continue_rollback(wanted.id, [])

    assert status(side, wanted) is StackStatus.CREATE_COMPLETE
