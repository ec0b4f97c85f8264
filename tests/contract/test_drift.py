"""What looking for drift promises us."""

import pytest
from contract.conftest import Side
from contract.test_reverting import noted

from mlops_gitops.adapters.aws import live
from mlops_gitops.desired.stack import DeployableStack, StackId
from mlops_gitops.errors import AwsError
from mlops_gitops.ports.live import Checked, ResourceCheck
from mlops_gitops.status.drifting.rules import TYPES
from mlops_gitops.use_cases.settle import settle


def grouped(side: Side, name: str) -> DeployableStack:
    """A deployed stack of a single model package group."""
    stage = side.settings.stages[0]
    properties = {"ModelPackageGroupName": name, "ModelPackageGroupDescription": "of a test"}
    wanted = DeployableStack(
        id=StackId(stage.account, side.settings.region, name),
        template={
            "AWSTemplateFormatVersion": "2010-09-09",
            "Resources": {
                "Group": {"Type": "AWS::SageMaker::ModelPackageGroup", "Properties": properties}
            },
        },
        parameters={},
        tags={},
        capabilities=(),
    )
    side.stacks.create(wanted)
    settle(side.stacks, side.clock, wanted.id)
    return wanted


def looked_at(side: Side, id_: StackId) -> ResourceCheck:
    """What CloudFormation finds out about the only resource of a stack."""
    detection = side.world.detection.start(id_)
    while not side.world.detection.progress(id_, detection).is_over:
        side.clock.sleep(0.1)
    (check,) = side.world.detection.checks(id_)
    return check


def test_cloudformation_says_what_was_changed(side: Side, name: str) -> None:
    """First nothing; then what it was made with, and what is there."""
    stack = noted(side, name)
    before = looked_at(side, stack.id)
    side.change_note(stack.id)
    after = looked_at(side, stack.id)

    assert (before.logical_id, before.status) == ("Note", Checked.IN_SYNC)
    assert (after.status, after.reason) == (Checked.MODIFIED, "")
    assert (after.expected["Value"], after.actual["Value"]) == ("ours", "theirs")


def test_there_is_nothing_to_look_at_in_a_stack_that_is_not_there(side: Side, name: str) -> None:
    """A refusal, so that nothing is concluded."""
    id_ = StackId(side.settings.stages[0].account, side.settings.region, name)

    with pytest.raises(AwsError):
        side.world.detection.start(id_)


def test_a_detection_that_nobody_began_is_refused(side: Side, name: str) -> None:
    """Its id names none."""
    stack = noted(side, name)

    with pytest.raises(AwsError):
        side.world.detection.progress(stack.id, "6c0ab1f2-0000-0000-0000-000000000000")


def test_a_resource_is_read_as_templates_spell_it(side: Side, name: str) -> None:
    """And one that is gone is no failure."""
    stack = grouped(side, name)
    (group,) = side.stacks.resources(stack.id)

    found = side.world.live.read(stack.id.account, group.resource_type, group.physical_id)

    assert found is not None
    assert found.busy == ""
    assert found.properties["ModelPackageGroupDescription"] == "of a test"
    nowhere = group.physical_id.replace(name, "nowhere")
    assert side.world.live.read(stack.id.account, group.resource_type, nowhere) is None


@pytest.mark.parametrize("type_", sorted(TYPES))
def test_every_type_with_rules_can_be_read(side: Side, type_: str) -> None:
    """On both sides the same, and no other."""
    assert side.world.live.reads(type_)
    assert not side.world.live.reads("AWS::IAM::Role")


def test_the_bus_takes_more_than_fits_into_one_call(side: Side, name: str) -> None:
    """PutEvents takes ten."""
    side.world.events.put("Drift Found", [{"drift_id": f"{name}-{each}"} for each in range(11)])


def test_no_type_is_read_for_which_there_are_no_rules() -> None:
    """Whatever was read would be read in vain."""
    assert live._READERS.keys() == TYPES.keys()
