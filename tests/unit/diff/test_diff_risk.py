"""Risks: nothing dangerous goes without a word, nothing harmless cries wolf."""

from typing import Any

import pytest
from hypothesis import given
from strategies import parameters, templates

from mlops_gitops.desired.stack import StackId
from mlops_gitops.diff.facts import registry_facts
from mlops_gitops.diff.plan import Action, Risk, RiskKind
from mlops_gitops.diff.risk import risks_of
from mlops_gitops.diff.template import Seen, diff_resources, see

STACK = StackId("222222222222", "us-east-1", "churn")


def seen(**resources: dict[str, Any]) -> Seen:
    """See a template of these resources."""
    return see({"Resources": resources}, {}, STACK)


def resource(
    kind: str, policies: dict[str, str] | None = None, **properties: Any
) -> dict[str, Any]:
    """Write a resource."""
    return {"Type": f"AWS::{kind}", "Properties": properties, **(policies or {})}


def risks(before: Seen, after: Seen) -> tuple[Risk, ...]:
    """Compare two templates and find the risks."""
    return risks_of(before, after, diff_resources(before, after, registry_facts()))


def kinds(before: Seen, after: Seen) -> set[RiskKind]:
    """Compare two templates and name the kinds of risk."""
    return {risk.kind for risk in risks(before, after)}


def test_a_new_model_is_a_rollover() -> None:
    """Model, EndpointConfig and Endpoint follow each other without an interruption."""

    def endpoint(artifact: str) -> Seen:
        return seen(
            Model=resource("SageMaker::Model", PrimaryContainer={"ModelDataUrl": artifact}),
            Config=resource(
                "SageMaker::EndpointConfig",
                ProductionVariants=[{"ModelName": {"Fn::GetAtt": ["Model", "ModelName"]}}],
            ),
            Endpoint=resource(
                "SageMaker::Endpoint", EndpointConfigName={"Fn::GetAtt": ["Config", "Name"]}
            ),
        )

    assert kinds(endpoint("s3://b/1"), endpoint("s3://b/2")) == {RiskKind.ROLLOVER}


def test_another_endpoint_name_interrupts() -> None:
    """A replaced endpoint is not the one that callers know."""
    before, after = (
        seen(Endpoint=resource("SageMaker::Endpoint", EndpointName=name)) for name in ("a", "b")
    )

    assert RiskKind.INTERRUPTS in kinds(before, after)


def test_a_fixed_name_that_stays_makes_a_replacement_fail() -> None:
    """CloudFormation makes the new one first, under a name that the old one still has."""
    before, after = (
        seen(Config=resource("SageMaker::EndpointConfig", EndpointConfigName="mine", KmsKeyId=key))
        for key in ("a", "b")
    )

    assert any("under its own name" in risk.why for risk in risks(before, after))


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("S3::Bucket", "BucketName"),
        ("DynamoDB::Table", "TableName"),
        ("Logs::LogGroup", "LogGroupName"),
        ("ECR::Repository", "RepositoryName"),
    ],
)
def test_data_is_lost_unless_it_is_retained(kind: str, name: str) -> None:
    """Replacing or deleting what holds data loses it, unless a policy keeps the old one."""
    keep = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
    plain = [seen(It=resource(kind, **{name: value})) for value in "ab"]
    kept = [seen(It=resource(kind, keep, **{name: value})) for value in "ab"]

    assert RiskKind.DATA_LOSS in kinds(plain[0], plain[1])
    assert RiskKind.DATA_LOSS in kinds(plain[0], seen())
    assert RiskKind.DATA_LOSS not in kinds(kept[0], kept[1])
    assert RiskKind.DATA_LOSS not in kinds(kept[0], seen())


def test_a_key_that_goes_takes_what_it_encrypted() -> None:
    """Deleting a KMS key loses everything encrypted with it."""
    (worst, *_) = risks(seen(Key=resource("KMS::Key")), seen())

    assert worst.kind is RiskKind.DATA_LOSS
    assert "encrypted" in worst.why


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("ml.m5.large", "ml.m5.4xlarge", "bigger"),
        ("ml.m5.4xlarge", "ml.m5.2xlarge", "smaller"),
        ("ml.m5.xlarge", "ml.m5.2xlarge", "bigger"),
        ("ml.m5.large", "ml.g5.xlarge", ""),
        ("ml.m5.24xlarge", "ml.m5.metal", ""),
    ],
)
def test_cost_names_a_direction_only_where_it_is_known(before: str, after: str, words: str) -> None:
    """Within a family the order of sizes is known; without prices nothing else is claimed."""
    old, new = (
        seen(
            Config=resource(
                "SageMaker::EndpointConfig",
                ProductionVariants=[{"VariantName": "All", "InstanceType": size}],
            )
        )
        for size in (before, after)
    )

    (cost,) = [risk for risk in risks(old, new) if risk.kind is RiskKind.COST]

    assert cost.why == f"InstanceType {before} -> {after}" + (f", {words}" if words else "")


def test_what_starts_to_cost_is_said() -> None:
    """A new endpoint names its instances, though they are deep inside a new resource."""
    variant = {"InstanceType": "ml.m5.large", "InitialInstanceCount": 2}
    new = seen(Config=resource("SageMaker::EndpointConfig", ProductionVariants=[variant]))

    assert {risk.why for risk in risks(seen(), new)} == {
        "InstanceType ml.m5.large is new",
        "InitialInstanceCount 2 is new",
    }


@given(templates(), templates(), parameters, parameters)
def test_nothing_goes_or_is_replaced_without_a_word(
    before: Any, after: Any, old: dict[str, str], new: dict[str, str]
) -> None:
    """Each deletion and replacement has a risk; a deletion is never just a rollover."""
    one, two = see(before, old, STACK), see(after, new, STACK)
    changes = diff_resources(one, two, registry_facts())
    found = risks_of(one, two, changes)

    for change in changes:
        own = {risk.kind for risk in found if risk.where == change.logical_id}
        if change.action is Action.REPLACE:
            assert own
        if change.action is Action.DELETE:
            assert own & {RiskKind.INTERRUPTS, RiskKind.DATA_LOSS}
        if change.resource_type == "AWS::S3::Bucket" and change.action is not Action.CREATE:
            lost = change.action in (Action.DELETE, Action.REPLACE) and not change.retained
            assert lost == (RiskKind.DATA_LOSS in own)
