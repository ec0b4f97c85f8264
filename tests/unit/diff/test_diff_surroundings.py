"""Plans of settings that reach every workload: networks in words, tags with what they replace."""

from dataclasses import replace
from typing import Any

import pytest
from strategies import as_deployed, desired_stack

from mlops_gitops.desired.stack import DesiredStack
from mlops_gitops.diff.compare import compare
from mlops_gitops.diff.plan import RiskKind, StackChange, ValueChange

VPC = {"Subnets": ["subnet-a", "subnet-b"], "SecurityGroupIds": ["sg-a"]}
OTHER = {"Subnets": ["subnet-c"], "SecurityGroupIds": ["sg-a"]}


def stack(tags: dict[str, str] | None = None, **resources: Any) -> DesiredStack:
    """Desire a stack of some resources."""
    template = {
        "Resources": {
            name: {"Type": kind, "Properties": properties}
            for name, (kind, properties) in resources.items()
        }
    }
    made = desired_stack(template, {})
    return replace(made, tags={**made.tags, **(tags or {})}, digest=f"{made.digest}{tags}")


def change(before: DesiredStack, after: DesiredStack) -> StackChange:
    """Compare what is desired with what an earlier one left behind."""
    return compare(after, as_deployed(before), before.template)


def everything(vpc: dict[str, Any] | None) -> dict[str, Any]:
    """Give a model, a job of a machine and a pipeline's step in a network, or in none."""
    own = {"VpcConfig": vpc} if vpc else {}
    states = {"Train": {"Type": "Task", "Arguments": {"TrainingJobName": "a", **own}}}
    text = '{"Steps":[{"Name":"Fit","Type":"Training","Arguments":{"A":1}}]}'
    return {
        "Model": ("AWS::SageMaker::Model", {"ExecutionRoleArn": "x", **own}),
        "Run": ("AWS::StepFunctions::StateMachine", {"Definition": {"States": states}}),
        "Pipeline": (
            "AWS::SageMaker::Pipeline",
            {"PipelineDefinition": {"PipelineDefinitionBody": text}},
        ),
    }


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (None, VPC, (None, "subnet-a, subnet-b, sg-a")),
        (VPC, OTHER, ("subnet-a, subnet-b, sg-a", "subnet-c, sg-a")),
        (VPC, None, ("subnet-a, subnet-b, sg-a", None)),
    ],
)
def test_a_move_to_another_network_is_one_line(
    before: dict[str, Any] | None, after: dict[str, Any] | None, said: tuple[Any, Any]
) -> None:
    """The same for all that moves with it: from where, to where."""
    made = change(stack(**everything(before)), stack(**everything(after)))

    assert made.summary == (ValueChange("network", *said),)


def test_a_new_stack_says_its_network() -> None:
    """Who approves a stack sees which network it will be in."""
    made = compare(stack(**everything(VPC)), None, None)

    assert ValueChange("network", None, "subnet-a, subnet-b, sg-a") in made.summary


def test_a_network_inside_of_a_definition_is_seen() -> None:
    """A pipeline's definition is one text, and its jobs move like all others."""
    text = '{"Steps":[{"Name":"Fit","Arguments":{"VpcConfig":{"Subnets":["subnet-a"]}}}]}'
    body = {"PipelineDefinition": {"PipelineDefinitionBody": text}}
    made = compare(stack(Pipeline=("AWS::SageMaker::Pipeline", body)), None, None)

    assert ValueChange("network", None, "subnet-a") in made.summary


MONITOR = {
    "Job": ("AWS::SageMaker::DataQualityJobDefinition", {"EndpointName": "churn"}),
    "Rule": ("AWS::Events::Rule", {"State": "ENABLED"}),
}


def test_another_tag_is_told_once_and_replaces_job_definitions() -> None:
    """Tags reach what is in the stack, and SageMaker cannot change those of a job definition."""
    made = change(stack(**MONITOR), stack({"CostCenter": "4711"}, **MONITOR))

    assert made.elsewhere == (ValueChange("tag CostCenter", None, "4711"),)
    assert made.resources == ()
    assert [(each.kind, each.where) for each in made.risks] == [(RiskKind.ROLLOVER, "Job")]


def test_tags_that_would_lose_data_are_a_risk() -> None:
    """A feature group with another tag is another feature group, and cannot have the same name."""
    group = {"Group": ("AWS::SageMaker::FeatureGroup", {"FeatureGroupName": "f"})}
    made = change(stack(**group), stack({"CostCenter": "4711"}, **group))

    assert {each.kind for each in made.risks} == {RiskKind.DATA_LOSS, RiskKind.INTERRUPTS}


def test_tags_of_what_takes_them_any_time_are_no_risk() -> None:
    """Rules and roles are tagged where they are."""
    rule = {"Rule": MONITOR["Rule"]}
    made = change(stack(**rule), stack({"CostCenter": "4711"}, **rule))

    assert made.risks == ()
