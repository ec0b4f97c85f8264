"""What CloudFormation promises us."""

import json
from dataclasses import replace

import pytest
from contract.conftest import Side

from mlops_gitops.desired.stack import DeployableStack, StackId
from mlops_gitops.diff.change_set import ChangeSet, ChangeSetState
from mlops_gitops.diff.deployed import StackStatus
from mlops_gitops.diff.plan import Action
from mlops_gitops.errors import AwsError
from mlops_gitops.use_cases.settle import settle

AN_HOUR = 3600
HANDLE = "AWS::CloudFormation::WaitConditionHandle"


def stack(side: Side, name: str, **parameters: str) -> DeployableStack:
    """A stack that costs no time: a handle, a parameter, an output."""
    stage = side.settings.stages[0]
    return DeployableStack(
        id=StackId(stage.account, side.settings.region, name),
        template={
            "AWSTemplateFormatVersion": "2010-09-09",
            "Parameters": {"Word": {"Type": "String", "Default": "none"}},
            "Conditions": {"HasWord": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Word"}, "none"]}]}},
            "Resources": {
                "First": {"Type": HANDLE},
                "Second": {"Type": HANDLE, "Condition": "HasWord"},
            },
            "Outputs": {"Word": {"Value": {"Fn::Sub": "it is ${Word}"}}},
        },
        parameters=parameters or {"Word": "one"},
        tags={"mlops-gitops:stage": stage.name},
        capabilities=(),
    )


def deployed(side: Side, name: str) -> DeployableStack:
    """The stack of above, deployed."""
    wanted = stack(side, name)
    side.stacks.create(wanted)
    settle(side.stacks, side.clock, wanted.id)
    return wanted


def test_a_deployed_stack_tells_everything(side: Side, name: str) -> None:
    """Status, parameters, outputs and tags come back, from the listing as from the stack alone."""
    wanted = deployed(side, name)

    found = side.stacks.find(wanted.id)
    listed = {each.id: each for each in side.stacks.overview(wanted.id.account)}

    assert found is not None
    assert listed[wanted.id] == found
    assert found.status is StackStatus.CREATE_COMPLETE
    assert found.parameters == wanted.parameters
    assert found.tags == wanted.tags
    assert found.outputs == {"Word": "it is one"}
    assert found.updated_at is not None
    assert found.updated_at.tzinfo is not None


def test_the_template_comes_back_as_it_was_sent(side: Side, name: str) -> None:
    """Long form, plain values: the same that the digest was taken over."""
    wanted = deployed(side, name)

    assert side.stacks.template(wanted.id) == wanted.template


def test_resources_are_listed_with_their_status(side: Side, name: str) -> None:
    """Every resource whose condition holds, and CloudFormation's own word on it."""
    wanted = deployed(side, name)

    found = side.stacks.resources(wanted.id)

    assert {(each.logical_id, each.resource_type, each.status) for each in found} == {
        ("First", HANDLE, "CREATE_COMPLETE"),
        ("Second", HANDLE, "CREATE_COMPLETE"),
    }
    assert side.stacks.first_failure(wanted.id) is None


def test_what_does_not_exist_is_none(side: Side, name: str) -> None:
    """A stack, and a change set of a stack, that nobody made."""
    wanted = deployed(side, name)
    nobody = replace(wanted.id, name="nobody-made-this")

    assert side.stacks.find(nobody) is None
    assert side.stacks.change_set(nobody, "mg-1") is None
    assert side.stacks.change_set(wanted.id, "mg-1") is None


@pytest.mark.parametrize("read", ["template", "resources", "first_failure"])
def test_reading_a_stack_that_does_not_exist_is_refused(side: Side, read: str) -> None:
    """The refusal is ours: AWS's code, where we were, what to do."""
    nobody = StackId(side.settings.stages[0].account, side.settings.region, "nobody-made-this")

    with pytest.raises(AwsError) as refused:
        getattr(side.stacks, read)(nobody)

    assert refused.value.code == "ValidationError"
    assert "nobody-made-this" in refused.value.message
    assert refused.value.hint


def test_creating_twice_is_no_error(side: Side, name: str) -> None:
    """The second time changes nothing."""
    wanted = deployed(side, name)

    side.stacks.create(stack(side, name, Word="two"))

    found = settle(side.stacks, side.clock, wanted.id)
    assert found is not None
    assert found.parameters == {"Word": "one"}


def test_an_update_changes_the_stack(side: Side, name: str) -> None:
    """New parameters, new outputs, and resources that fall away."""
    wanted = deployed(side, name)

    side.stacks.update(stack(side, name, Word="none"))

    found = settle(side.stacks, side.clock, wanted.id)
    assert found is not None
    assert found.status is StackStatus.UPDATE_COMPLETE
    assert found.outputs == {"Word": "it is none"}
    assert [each.logical_id for each in side.stacks.resources(wanted.id)] == ["First"]


def test_updating_with_nothing_to_do_is_no_error(side: Side, name: str) -> None:
    """The stack stays as it is, status and all."""
    wanted = deployed(side, name)

    side.stacks.update(wanted)

    found = settle(side.stacks, side.clock, wanted.id)
    assert found is not None
    assert found.status is StackStatus.CREATE_COMPLETE


def test_updating_what_does_not_exist_is_refused(side: Side, name: str) -> None:
    """Only `create` makes a stack."""
    with pytest.raises(AwsError, match="does not exist"):
        side.stacks.update(stack(side, name))


def test_a_deleted_stack_is_gone(side: Side, name: str) -> None:
    """Deleting again, or what never was, is no error."""
    wanted = deployed(side, name)

    side.stacks.delete(wanted.id)

    assert settle(side.stacks, side.clock, wanted.id) is None
    side.stacks.delete(wanted.id)
    side.stacks.delete(replace(wanted.id, name="nobody-made-this"))


def test_a_deleted_stack_is_not_listed_as_there(side: Side, name: str) -> None:
    """A listing may name it, but only as deleted."""
    wanted = deployed(side, name)
    side.stacks.delete(wanted.id)
    settle(side.stacks, side.clock, wanted.id)

    left = [each for each in side.stacks.overview(wanted.id.account) if each.id == wanted.id]

    assert {each.status for each in left} <= {StackStatus.DELETE_COMPLETE}


def without_second(wanted: DeployableStack) -> DeployableStack:
    """The stack without one of its resources."""
    resources = {"First": wanted.template["Resources"]["First"]}
    return replace(wanted, template={**wanted.template, "Resources": resources})


def made(side: Side, wanted: DeployableStack, name: str) -> ChangeSet:
    """The change set, once CloudFormation has made it."""
    while True:
        found = side.stacks.change_set(wanted.id, name)
        assert found is not None
        if found.state is not ChangeSetState.PENDING:
            return found
        side.clock.sleep(0.05)


def test_a_proposal_says_what_would_happen_and_changes_nothing(side: Side, name: str) -> None:
    """Every resource with its action, and the stack stays as it was."""
    wanted = deployed(side, name)

    side.stacks.propose(without_second(wanted), "mg-plan-1", "")

    found = made(side, wanted, "mg-plan-1")
    assert found.state is ChangeSetState.AVAILABLE
    assert [(each.logical_id, each.action) for each in found.changes] == [("Second", Action.DELETE)]
    after = side.stacks.find(wanted.id)
    assert after is not None
    assert (after.status, after.parameters) == (StackStatus.CREATE_COMPLETE, {"Word": "one"})


def test_a_proposal_of_what_is_there_is_empty(side: Side, name: str) -> None:
    """CloudFormation has no status for that, only words."""
    wanted = deployed(side, name)

    side.stacks.propose(wanted, "mg-plan-1", "")

    assert made(side, wanted, "mg-plan-1").state is ChangeSetState.EMPTY


def test_a_proposal_is_deployed_as_it_was_made(side: Side, name: str) -> None:
    """Once, and not after the stack moved: what was looked at is what is deployed."""
    wanted = deployed(side, name)
    changed = replace(wanted, parameters={"Word": "two"})
    side.stacks.propose(changed, "mg-plan-1", "")
    made(side, wanted, "mg-plan-1")

    side.stacks.execute(wanted.id, "mg-plan-1")
    found = settle(side.stacks, side.clock, wanted.id)

    assert found is not None
    assert (found.status, found.parameters) == (StackStatus.UPDATE_COMPLETE, {"Word": "two"})
    with pytest.raises(AwsError):
        side.stacks.execute(wanted.id, "mg-plan-1")
    with pytest.raises(AwsError):
        side.stacks.execute(wanted.id, "mg-plan-2")


def test_a_withdrawn_proposal_is_gone(side: Side, name: str) -> None:
    """It is listed with its time until then; withdrawing it again is no error."""
    wanted = deployed(side, name)
    side.stacks.propose(without_second(wanted), "mg-plan-1", "")
    made(side, wanted, "mg-plan-1")
    listed = side.stacks.change_sets(wanted.id)

    side.stacks.withdraw(wanted.id, "mg-plan-1")
    side.stacks.withdraw(wanted.id, "mg-plan-1")

    assert [each.name for each in listed] == ["mg-plan-1"]
    assert abs((side.clock.now() - listed[0].created_at).total_seconds()) < AN_HOUR
    assert side.stacks.change_sets(wanted.id) == ()
    assert side.stacks.change_set(wanted.id, "mg-plan-1") is None


def test_a_proposal_for_a_stack_that_is_not_there_is_refused(side: Side, name: str) -> None:
    """It would leave an empty stack behind, and leaves none."""
    wanted = stack(side, name)

    with pytest.raises(AwsError, match="does not exist"):
        side.stacks.propose(wanted, "mg-plan-1", "")

    assert side.stacks.find(wanted.id) is None
    assert side.stacks.change_sets(wanted.id) == ()
    side.stacks.withdraw(wanted.id, "mg-plan-1")


def test_a_long_template_is_proposed_from_the_bucket(side: Side, name: str) -> None:
    """The stage's role reads it where the orchestrator's account put it."""
    wanted = deployed(side, name)
    long = {**wanted.template, "Description": "longer"}
    text = json.dumps(long).encode()
    side.assets.write(f"mlops_gitops_questions/{name}/template.json", text, "")
    url = side.assets.url(f"mlops_gitops_questions/{name}/template.json")

    side.stacks.propose(replace(wanted, template=long), "mg-plan-1", url)

    assert made(side, wanted, "mg-plan-1").template == long
    side.stacks.withdraw(wanted.id, "mg-plan-1")
