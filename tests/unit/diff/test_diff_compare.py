"""Compare: the laws of a plan, and what it does not take for granted."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import (
    HEALTHY,
    INSTALLATION,
    STAGES,
    as_deployed,
    desired_stack,
    desired_stacks,
    parameters,
    templates,
    with_parameters,
    worlds,
)

from mlops_gitops.adapters.cloudformation_yaml import load_template
from mlops_gitops.desired.stack import DIGEST, DesiredStack, StackId
from mlops_gitops.diff.compare import UNREAD, Pair, compare, make_plan, needs_details
from mlops_gitops.diff.deployed import DeployedStack, StackStatus
from mlops_gitops.diff.plan import Action, Plan, RiskKind, StackChange, Verdict

REALTIME = load_template(
    (Path(__file__).parents[3] / "blueprints" / "realtime" / "template.yaml").read_bytes()
)
CONFIGURED = {
    "ModelName": "churn",
    "ModelArtifactLocation": "churn/1.tar.gz",
    "ModelPackageName": "",
    "ModelPackageGroupName": "",
    "ImageUri": "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.2-1",
    "InferenceInstance": "ml.m5.large",
    "DataCaptureLocation": "acme-capture/churn",
    "EndpointName": "churn",
    "KmsKeyArn": "",
    "AssetsBucket": "acme-assets",
    "AssetsKmsKeyArn": "",
    "ImageRepositoryArn": "",
    "InstanceHasLocalStorage": "false",
}


def plan_of(pairs: list[Pair], deployed: tuple[DeployedStack, ...] = ()) -> Plan:
    """Make a plan of pairs."""
    return make_plan(
        "c0ffee", STAGES, pairs, installation=INSTALLATION, deployed=deployed, digests={}
    )


def change(before: DesiredStack, after: DesiredStack) -> StackChange:
    """Compare a desired stack with what an earlier one left behind."""
    return compare(after, as_deployed(before), before.template)


@given(worlds, st.sampled_from(HEALTHY))
def test_a_plan_of_equal_worlds_is_empty(desired: list[DesiredStack], status: StackStatus) -> None:
    """After a deployment, planning again finds nothing to do and reads no template."""
    deployed = [as_deployed(one, status) for one in desired]
    pairs: list[Pair] = [(one, there, None) for one, there in zip(desired, deployed, strict=True)]

    assert not any(needs_details(one, there) for one, there, _ in pairs)
    assert plan_of(pairs, tuple(deployed)).is_empty
    assert plan_of(pairs, tuple(deployed)).orphans == ()


@given(worlds, st.randoms())
def test_order_of_what_is_read_does_not_matter(desired: list[DesiredStack], random: Any) -> None:
    """Files and stacks may come in any order."""
    pairs: list[Pair] = [(one, None, None) for one in desired]
    others = tuple(as_deployed(replace(one, id=StackId("1", "r", one.id.name))) for one in desired)
    shuffled, shuffled_others = list(pairs), list(others)
    random.shuffle(shuffled)
    random.shuffle(shuffled_others)

    assert plan_of(pairs, others) == plan_of(shuffled, tuple(shuffled_others))


@given(templates(), templates(), parameters, parameters)
def test_a_change_is_told_exactly_where_there_is_one(
    before: Any, after: Any, old: dict[str, str], new: dict[str, str]
) -> None:
    """Whatever has another digest is a change that names something; the same digest is none."""
    one, two = desired_stack(before, old), desired_stack(after, new)
    found = change(one, two)
    told = found.summary + found.parameters + found.resources + found.elsewhere

    assert (found.action is Action.KEEP) == (one.digest == two.digest)
    assert bool(told) == (one.digest != two.digest)


@given(desired_stacks(), st.sampled_from(StackStatus))
def test_only_a_healthy_stack_is_kept(desired: DesiredStack, status: StackStatus) -> None:
    """Digest, parameters and status must all agree before we say that nothing changes."""
    found = compare(desired, as_deployed(desired, status), desired.template)

    assert (found.action is Action.KEEP) == (status in HEALTHY)
    assert (found.verdict in (Verdict.BUSY, Verdict.BLOCKED)) <= bool(found.next_step)


@pytest.mark.parametrize(
    "moved",
    [
        {"outputs": {}},
        {"outputs": {DIGEST: "mg1-other", "BlueprintVersion": "1"}},
        {"tags": {}},
        {"parameters": {}},
    ],
)
def test_a_hand_that_changed_the_stack_shows(moved: dict[str, Any]) -> None:
    """A stack whose digest, parameters or tags were changed behind our back is not kept."""
    desired = desired_stack(REALTIME, CONFIGURED)
    deployed = replace(as_deployed(desired), **moved)

    found = compare(desired, deployed, desired.template)

    assert needs_details(desired, deployed)
    assert found.action is Action.UPDATE
    assert found.summary or found.parameters or found.elsewhere


@pytest.mark.parametrize(
    "status",
    [StackStatus.REVIEW_IN_PROGRESS, StackStatus.DELETE_COMPLETE, StackStatus.ROLLBACK_COMPLETE],
)
def test_a_shell_counts_as_nothing(status: StackStatus) -> None:
    """What holds no resources is planned like a new stack, without reading anything."""
    desired = desired_stack(REALTIME, CONFIGURED)
    deployed = as_deployed(desired, status)

    found = compare(desired, deployed, None)

    assert not needs_details(desired, deployed)
    assert found.action is Action.CREATE
    assert found.resources == compare(desired, None, None).resources


def test_an_unread_template_is_no_clean_bill() -> None:
    """Without the deployed template we say that resources were not compared."""
    before = desired_stack(REALTIME, CONFIGURED)
    after = with_parameters(before, InferenceInstance="ml.m5.xlarge")

    found = compare(after, as_deployed(before), None)

    assert (found.action, found.unprovable) == (Action.UPDATE, UNREAD)
    assert [line.name for line in found.summary] == ["instance"]


def test_secrets_are_neither_compared_nor_shown() -> None:
    """AWS masks a NoEcho parameter, so it is no difference; nor does its value get out."""
    template = {
        "Parameters": {"Token": {"Type": "String", "NoEcho": "true"}, DIGEST: {"Type": "String"}},
        "Resources": {
            "Rule": {"Type": "AWS::Events::Rule", "Properties": {"Description": {"Ref": "Token"}}}
        },
    }
    desired = desired_stack(template, {"Token": "hunter2"})
    deployed = as_deployed(desired)
    masked = replace(deployed, parameters={**deployed.parameters, "Token": "****"})
    other = with_parameters(desired, Token="hunter3")

    assert compare(desired, masked, None).action is Action.KEEP
    for found in (compare(desired, None, None), compare(other, masked, template)):
        assert "hunter" not in repr(found)


def test_a_new_model_rolls_over_from_the_bottom_up() -> None:
    """A parameter that changes shows as the properties it changes, down to the endpoint."""
    before = desired_stack(REALTIME, CONFIGURED)
    after = with_parameters(
        before, ModelArtifactLocationObject="mlops_gitops_artifacts/2/model.tar.gz"
    )

    found = change(before, after)

    assert {one.logical_id: one.action for one in found.resources} == {
        "Model": Action.REPLACE,
        "EndpointConfig": Action.REPLACE,
        "Endpoint": Action.UPDATE,
        "ExecutionRole": Action.UPDATE,
    }
    assert [one.because for one in found.resources if one.logical_id == "Endpoint"] == [
        "follows EndpointConfig"
    ]
    assert {risk.kind for risk in found.risks} == {RiskKind.ROLLOVER}


def test_a_blueprint_upgrade_is_told_apart_from_a_config_change() -> None:
    """The same config with a newer blueprint names the versions, and no parameter."""
    template = {**REALTIME, "Description": "version 2"}
    before = desired_stack(REALTIME, CONFIGURED)
    after = replace(desired_stack(template, CONFIGURED), blueprint_version=2)

    found = change(before, after)

    assert [(line.name, line.before, line.after) for line in found.summary] == [
        ("blueprint realtime", "1", "2")
    ]
    assert found.parameters == found.resources == ()


def test_dynamic_references_make_no_change_unprovable() -> None:
    """An unchanged stack that looks something up is not promised to stay unchanged."""
    value = {"Description": "{{resolve:ssm:/text}}"}
    template = {"Resources": {"Rule": {"Type": "AWS::Events::Rule", "Properties": value}}}
    desired = desired_stack(template, {})

    found = compare(desired, as_deployed(desired), None)

    assert found.action is Action.KEEP
    assert "{{resolve:ssm:/text}}" in found.unprovable


def test_only_our_own_undeclared_stacks_are_orphans() -> None:
    """Stacks of others, declared ones, deleted ones and delivery stacks are left alone."""
    declared, old = (desired_stack({}, {}, workload=name) for name in ("churn", "old"))
    orphan = as_deployed(old)
    foreign = replace(orphan, tags={**orphan.tags, "mlops-gitops:installation": "other"})
    delivery = replace(orphan, tags={"mlops-gitops:installation": INSTALLATION})
    deployed = (as_deployed(declared), orphan)
    ignored = (foreign, delivery, replace(orphan, status=StackStatus.DELETE_COMPLETE))

    plan = plan_of([(declared, as_deployed(declared), None)], deployed)

    assert [one.id for one in plan.orphans] == [old.id]
    assert plan_of([], ignored).orphans == ()
