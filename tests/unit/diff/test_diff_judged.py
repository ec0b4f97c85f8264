"""Judged: what a change set would do to what runs, and what cannot be told of it."""

from dataclasses import replace
from typing import Any

import pytest
from strategies import as_deployed, desired_stack, with_parameters

from mlops_gitops.config.settings import Approval, Stage
from mlops_gitops.diff.change_set import ChangeSet, ChangeSetState
from mlops_gitops.diff.deployed import StackStatus
from mlops_gitops.diff.judged import Judged, judge_change_set
from mlops_gitops.diff.plan import Action, ResourceChange, Risk, RiskKind
from mlops_gitops.pipeline.by_settings import why_a_person
from mlops_gitops.problems import Location

TEMPLATE: dict[str, Any] = {
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
ROLLOVER = Risk(kind=RiskKind.ROLLOVER, where="Config", why="replaced")


def change(action: Action = Action.UPDATE, **more: Any) -> ResourceChange:
    """What happens to the endpoint's configuration, or to something else."""
    made = ResourceChange(
        logical_id="Config", resource_type="AWS::SageMaker::EndpointConfig", action=action
    )
    return replace(made, **more)


def prepared(*changes: ResourceChange, **more: Any) -> ChangeSet:
    """A change set that waits."""
    made = ChangeSet(
        stack=NEW.id,
        name="mg-1",
        state=ChangeSetState.AVAILABLE,
        reason="",
        template=NEW.template,
        parameters=NEW.parameter_values(),
        tags=NEW.tags,
        changes=changes,
    )
    return replace(made, **more)


def judged(made: ChangeSet) -> Judged:
    """What is known of it, before what is deployed."""
    return judge_change_set(made, THERE, OLD.template)


def stage(*kinds: str, block: tuple[str, ...] = ()) -> Stage:
    """A stage in which these risks need a person."""
    return Stage(
        name="staging",
        account="333333333333",
        approval=Approval.MANUAL,
        where=Location("mlops-gitops.yaml", 1, 1),
        block=block,
        require_approval_for=kinds,
    )


def test_risks_are_those_of_what_cloudformation_would_do() -> None:
    """It replaces the bucket, which our own comparison is not asked about."""
    bucket = change(Action.REPLACE, logical_id="Data", resource_type="AWS::S3::Bucket")

    found = judged(prepared(change(Action.REPLACE), bucket))

    assert {(each.kind, each.where) for each in found.risks} == {
        (RiskKind.DATA_LOSS, "Data"),
        (RiskKind.INTERRUPTS, "Data"),
        (RiskKind.ROLLOVER, "Config"),
        (RiskKind.COST, "Config"),
    }
    assert (found.unknown, found.is_first) == ((), False)


@pytest.mark.parametrize("action", [Action.IMPORT, Action.SYNC, Action.DYNAMIC, Action.KEEP])
def test_what_has_no_known_risks_has_no_known_harmlessness_either(action: Action) -> None:
    """An import, a synchronised record, and what CloudFormation itself does not know."""
    (why,) = judged(prepared(change(action))).unknown

    assert "Config cannot be judged" in why


def test_a_replacement_that_is_not_certain_has_the_risks_of_both() -> None:
    """CloudFormation says Conditional; an endpoint interrupts if it is, and rolls over if not."""
    endpoint = change(
        Action.REPLACE,
        certain=False,
        because="Name",
        logical_id="Endpoint",
        resource_type="AWS::SageMaker::Endpoint",
    )

    found = judged(prepared(endpoint))

    assert {(each.kind, each.why.partition(":")[0]) for each in found.risks} == {
        (RiskKind.INTERRUPTS, "perhaps replaced"),
        (RiskKind.ROLLOVER, "updated in place"),
    }
    assert found.unknown == ()


def test_a_verdict_that_nobody_knows_yet_is_unknown() -> None:
    """CloudFormation answers with a word that is not in its API reference."""
    (why,) = judged(prepared(change(Action.UPDATE, certain=False))).unknown

    assert why == "what happens to Config is known only when it is deployed"


@pytest.mark.parametrize("kind", ["Custom::Thing", "AWS::CloudFormation::CustomResource"])
def test_what_a_custom_resource_does_is_unknown(kind: str) -> None:
    """Its function decides."""
    (why,) = judged(prepared(change(resource_type=kind))).unknown

    assert why.endswith("known only to its own function")


@pytest.mark.parametrize(
    "added",
    [
        {"Transform": "AWS::Serverless-2016-10-31"},
        {"Description": "{{resolve:ssm:/a/name}}"},
        {"Resources": {"Nested": {"Type": "AWS::CloudFormation::Stack", "Properties": {}}}},
    ],
)
def test_what_aws_looks_up_when_it_deploys_is_unknown(added: dict[str, Any]) -> None:
    """A transform, a dynamic reference, a nested stack."""
    assert judged(prepared(change(), template={**TEMPLATE, **added})).unknown


def test_a_stack_that_moves_is_unknown() -> None:
    """What it becomes is nothing that could be compared with."""
    busy = replace(THERE, status=StackStatus.UPDATE_IN_PROGRESS)

    found = judge_change_set(prepared(change()), busy, OLD.template)

    assert found.unknown == ("the stack is UPDATE_IN_PROGRESS",)


@pytest.mark.parametrize("there", [None, replace(THERE, status=StackStatus.REVIEW_IN_PROGRESS)])
def test_a_first_deployment_has_the_risks_of_what_is_new(there: Any) -> None:
    """Cost of the instance; nothing is unknown of it."""
    found = judge_change_set(prepared(change(Action.CREATE)), there, {})

    assert [each.why for each in found.risks] == ["InstanceType ml.m5.xlarge is new"]
    assert (found.unknown, found.is_first) == ((), True)


def test_an_empty_change_set_does_nothing_and_others_cannot_be_judged() -> None:
    """Obsolete, pending, failed or executed: no risk is ruled out."""
    for state in ChangeSetState:
        found = judged(prepared(change(), state=state))
        assert (found.unknown == ()) == (
            state in (ChangeSetState.AVAILABLE, ChangeSetState.EMPTY)
        ), state
    assert judged(prepared(state=ChangeSetState.EMPTY)) == Judged()


def test_a_secret_in_a_risk_is_shortened() -> None:
    """Its reason names what is deployed, and that may be anybody's."""
    named = {"BucketName": "AKIAIOSFODNN7EXAMPLE"}
    template = {**TEMPLATE, "Resources": {"Data": {"Type": "AWS::S3::Bucket", "Properties": named}}}
    bucket = change(Action.REPLACE, logical_id="Data", resource_type="AWS::S3::Bucket")

    found = judged(prepared(bucket, template=template))

    assert "under its own name AKIA..." in str(found.risks)
    assert "IOSFODNN7EXAMPLE" not in str(found.risks)


@pytest.mark.parametrize(
    ("kinds", "known", "why"),
    [
        (("cost",), Judged(), ""),
        (("cost",), Judged(risks=(ROLLOVER,)), ""),
        ((), Judged(risks=(ROLLOVER,)), ""),
        ((), Judged(is_first=True), ""),
        (("rollover",), Judged(risks=(ROLLOVER,)), "rollover, Config: replaced"),
        (("cost",), Judged(is_first=True), "it is deployed here for the first time"),
        ((), Judged(unknown=("a", "b")), "a; b"),
        (("cost",), Judged(unknown=("a",), is_first=True), "a"),
    ],
)
def test_a_person_is_needed_for_what_is_listed_new_or_unknown(
    kinds: tuple[str, ...], known: Judged, why: str
) -> None:
    """And for nothing else; an empty list lets in what is new, but never what is unknown."""
    assert why_a_person(stage(*kinds), known) == why


def test_what_is_blocked_is_never_let_through() -> None:
    """Whatever the list says."""
    assert why_a_person(stage(block=("rollover",)), Judged(risks=(ROLLOVER,)))


def test_without_a_list_every_change_needs_a_person() -> None:
    """Also where nothing would change."""
    every = replace(stage(), require_approval_for=None)

    assert why_a_person(every, Judged()) == "every change needs a person here"
