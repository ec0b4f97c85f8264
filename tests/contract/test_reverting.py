"""What drift-aware change sets promise us."""

from dataclasses import replace

import pytest
from contract.conftest import Side

from mlops_gitops.desired.stack import DeployableStack, StackId
from mlops_gitops.diff.change_set import ChangeSet, ChangeSetState
from mlops_gitops.diff.plan import Action, ValueChange
from mlops_gitops.errors import AwsError
from mlops_gitops.use_cases.settle import settle


def noted(side: Side, name: str) -> DeployableStack:
    """A deployed stack of a single note in the parameter store."""
    stage = side.settings.stages[0]
    properties = {"Name": name, "Type": "String", "Value": {"Ref": "Word"}}
    wanted = DeployableStack(
        id=StackId(stage.account, side.settings.region, name),
        template={
            "AWSTemplateFormatVersion": "2010-09-09",
            "Parameters": {"Word": {"Type": "String"}},
            "Resources": {"Note": {"Type": "AWS::SSM::Parameter", "Properties": properties}},
        },
        parameters={"Word": "ours"},
        tags={"mlops-gitops:stage": stage.name},
        capabilities=(),
    )
    side.stacks.create(wanted)
    settle(side.stacks, side.clock, wanted.id)
    return wanted


def looked_at(side: Side, stack: DeployableStack, name: str) -> ChangeSet:
    """A drift-aware change set of a stack."""
    side.world.reverting.propose(stack, name, "")
    made = side.stacks.change_set(stack.id, name)
    assert made is not None
    return made


def test_what_was_changed_by_hand_is_put_back(side: Side, name: str) -> None:
    """The change set names it with what is there, and once it is deployed nothing is left."""
    stack = noted(side, name)
    side.change_note(stack.id)

    made = looked_at(side, stack, "mg-revert-1")
    side.world.reverting.execute(stack.id, "mg-revert-1")
    settle(side.stacks, side.clock, stack.id)

    assert made.state is ChangeSetState.AVAILABLE
    assert made.is_drift_aware
    assert made.drifted == {"Note"}
    assert [each.action for each in made.changes] == [Action.UPDATE]
    assert made.changes[0].properties == (ValueChange("Value", "theirs", "ours"),)
    assert (made.template, made.parameters, made.tags) == (
        stack.template,
        stack.parameters,
        stack.tags,
    )
    after = looked_at(side, stack, "mg-revert-2")
    assert (after.state, after.drifted) == (ChangeSetState.EMPTY, frozenset())


def test_what_the_template_changes_is_in_the_same_change_set(side: Side, name: str) -> None:
    """What git changed and what somebody changed are deployed together."""
    stack = noted(side, name)
    side.change_note(stack.id)
    template = {**stack.template, "Resources": {**stack.template["Resources"], "New": HANDLE}}

    made = looked_at(side, replace(stack, template=template), "mg-revert-1")

    assert made.drifted == {"Note"}
    assert {each.logical_id for each in made.changes} == {"New", "Note"}


def test_an_ordinary_change_set_does_not_see_what_was_done_by_hand(side: Side, name: str) -> None:
    """So whoever reads one knows that nobody has looked."""
    stack = noted(side, name)
    side.change_note(stack.id)

    side.stacks.propose(stack, "mg-plan-1", "")

    made = side.stacks.change_set(stack.id, "mg-plan-1")
    assert made is not None
    assert made.state is ChangeSetState.EMPTY
    assert not made.is_drift_aware


def test_what_is_withdrawn_is_gone_and_may_be_made_again(side: Side, name: str) -> None:
    """Withdrawing twice is no error, and the name is free."""
    stack = noted(side, name)
    looked_at(side, stack, "mg-1")

    side.world.reverting.withdraw(stack.id, "mg-1")
    side.world.reverting.withdraw(stack.id, "mg-1")

    assert side.stacks.change_set(stack.id, "mg-1") is None
    assert looked_at(side, stack, "mg-1").is_drift_aware


def test_only_a_stack_that_is_there_can_be_put_back(side: Side, name: str) -> None:
    """A name that nobody deployed is refused, as is a change set that nobody made."""
    stack = noted(side, name)
    nobody = replace(stack, id=replace(stack.id, name="nobody-made-this"))

    with pytest.raises(AwsError):
        side.world.reverting.propose(nobody, "mg-revert-1", "")
    with pytest.raises(AwsError):
        side.world.reverting.execute(stack.id, "mg-revert-1")


HANDLE = {"Type": "AWS::CloudFormation::WaitConditionHandle"}
