"""Verdict: what CloudFormation says takes the place of our own comparison, whole."""

from dataclasses import replace

import pytest
from strategies import as_deployed, desired_stack, with_parameters

from mlops_gitops.diff.change_set import ChangeSet, ChangeSetState
from mlops_gitops.diff.compare import compare
from mlops_gitops.diff.deployed import DeployedStack, StackStatus
from mlops_gitops.diff.plan import Action, Method, ResourceChange, RiskKind, StackChange
from mlops_gitops.diff.verdict import can_be_asked, with_verdict

TEMPLATE = {
    "Parameters": {"Instance": {"Type": "String"}},
    "Resources": {
        "Config": {
            "Type": "AWS::SageMaker::EndpointConfig",
            "Properties": {
                "ProductionVariants": [{"VariantName": "All", "InstanceType": {"Ref": "Instance"}}]
            },
        },
        "Data": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Ref": "Instance"}}},
    },
}
OLD = desired_stack(TEMPLATE, {"Instance": "ml.m5.large"}, workload="churn", stage="dev")
NEW = with_parameters(OLD, Instance="ml.m5.xlarge")
THERE = as_deployed(OLD)
TOLD = compare(NEW, THERE, OLD.template)


def answer(state: ChangeSetState, *changes: ResourceChange, reason: str = "") -> ChangeSet:
    """CloudFormation's answer."""
    return ChangeSet(
        stack=NEW.id,
        name="mg-plan-",
        state=state,
        reason=reason,
        template=NEW.template,
        parameters=NEW.parameter_values(),
        tags=NEW.tags,
        changes=changes,
    )


def judged(verdict: ChangeSet) -> StackChange:
    """The change with the verdict."""
    return with_verdict(TOLD, NEW, THERE, OLD.template, verdict)


def change(name: str, action: Action, **more: object) -> ResourceChange:
    """A resource's change, as CloudFormation tells it without values."""
    kinds = {"Config": "AWS::SageMaker::EndpointConfig", "Data": "AWS::S3::Bucket"}
    made = ResourceChange(
        logical_id=name, resource_type=kinds.get(name, "AWS::CloudFormation::Stack"), action=action
    )
    return replace(made, **more)  # type: ignore[arg-type]  # fields of several types


def test_the_verdict_replaces_our_resources_and_keeps_our_words() -> None:
    """Resources and risks are CloudFormation's; what it does not name is not told."""
    found = judged(answer(ChangeSetState.AVAILABLE, change("Data", Action.REPLACE)))

    assert found.method is Method.CHANGE_SET
    assert [one.logical_id for one in found.resources] == ["Data"]
    assert {risk.where for risk in found.risks if risk.kind is RiskKind.DATA_LOSS} == {"Data"}
    assert found.summary == TOLD.summary
    assert found.parameters == TOLD.parameters


def test_values_are_ours_where_cloudformation_gives_none() -> None:
    """So a reader sees what changes, whoever says that it does."""
    ours = next(one for one in TOLD.resources if one.logical_id == "Config")

    found = judged(answer(ChangeSetState.AVAILABLE, change("Config", Action.REPLACE)))

    assert found.resources[0].properties == ours.properties != ()


def test_an_empty_change_set_is_no_change() -> None:
    """Nothing of our own comparison is told beside it."""
    found = judged(answer(ChangeSetState.EMPTY, reason="didn't contain changes"))

    assert found.action is Action.KEEP
    assert not found.unprovable
    told = (found.summary, found.parameters, found.resources, found.elsewhere, found.risks)
    assert not any((*told, found.access))


@pytest.mark.parametrize(
    "state", [ChangeSetState.FAILED, ChangeSetState.OBSOLETE, ChangeSetState.PENDING]
)
def test_no_answer_is_never_our_own_comparison(state: ChangeSetState) -> None:
    """What AWS said is told, and nothing is concluded."""
    found = judged(answer(state, reason="Hook org::Guard said no"))

    assert (found.method, found.resources, found.risks) == (Method.CHANGE_SET, (), ())
    assert "Hook org::Guard said no" in found.unprovable
    assert found.action is Action.UPDATE


def test_what_cloudformation_does_not_know_is_said() -> None:
    """A nested stack is neither a replacement nor no change."""
    found = judged(answer(ChangeSetState.AVAILABLE, change("Nested", Action.DYNAMIC)))

    assert "Nested is known only when it is deployed" in found.unprovable
    assert found.risks == ()


def test_a_change_is_never_shown_as_empty() -> None:
    """A change set of outputs alone names no resource."""
    same = with_verdict(
        compare(OLD, THERE, OLD.template),
        OLD,
        THERE,
        OLD.template,
        answer(ChangeSetState.AVAILABLE),
    )

    assert same.action is Action.UPDATE
    assert same.elsewhere


def test_only_stacks_that_are_there_and_at_rest_are_asked_about() -> None:
    """A new stack would be left behind empty, a busy one refuses, an equal one is settled."""

    def of(deployed: DeployedStack | None) -> StackChange:
        return compare(NEW, deployed, OLD.template)

    assert can_be_asked(of(THERE))
    assert not can_be_asked(of(None))
    assert not can_be_asked(of(as_deployed(NEW)))
    for status in (
        StackStatus.UPDATE_IN_PROGRESS,
        StackStatus.UPDATE_ROLLBACK_FAILED,
        StackStatus.REVIEW_IN_PROGRESS,
        StackStatus.ROLLBACK_COMPLETE,
    ):
        assert not can_be_asked(of(replace(THERE, status=status)))
