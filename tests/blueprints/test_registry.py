"""What the orchestrator account shares with the stages: for each name its own, and no more."""

import json
from typing import Any

import pytest
from blueprints.blueprint_files import mappings
from blueprints.linting import findings
from blueprints.parts import resources_of, stack_of
from builders import SETTINGS

from mlops_gitops.desired.bootstrap.registry import PART
from mlops_gitops.desired.stack import DeployableStack

BOTH = "{model_package_groups: [churn, fraud], ecr_repositories: [models/churn, models-churn]}"
STAGES = ["111111111111", "222222222222", "333333333333", "444444444444"]


def stack(registry: str, region: str = "us-east-1") -> DeployableStack:
    """The stack of what settings share."""
    return stack_of(PART, f"registry: {registry}", SETTINGS.replace("us-east-1", region))


def resources(registry: str) -> dict[str, Any]:
    """What it makes, worked out."""
    return resources_of(stack(registry))


def named(kind: str, property_: str) -> dict[str, Any]:
    """Resources of a kind by their names."""
    found = [one for one in resources(BOTH).values() if one["Type"] == kind]
    return {one["Properties"][property_]: one for one in found}


def test_each_name_has_a_resource_of_its_own_that_stays() -> None:
    """What is shared outlives its stack, and its name in the settings."""
    groups = named("AWS::SageMaker::ModelPackageGroup", "ModelPackageGroupName")
    repositories = named("AWS::ECR::Repository", "RepositoryName")

    assert groups.keys() == {"churn", "fraud"}
    assert repositories.keys() == {"models/churn", "models-churn"}
    for one in (*groups.values(), *repositories.values()):
        assert one["DeletionPolicy"] == one["UpdateReplacePolicy"] == "Retain"


def test_a_name_has_the_same_resource_wherever_it_stands() -> None:
    """Nothing is replaced because a list was sorted, or something was put before it."""
    alone = resources("{model_package_groups: [fraud], ecr_repositories: [models-churn]}")

    assert alone.items() <= resources(BOTH).items()


def test_a_group_is_shared_with_the_stages_and_nothing_else_is() -> None:
    """The policy is about this group and its packages; stages read them and make models of them."""
    group = named("AWS::SageMaker::ModelPackageGroup", "ModelPackageGroupName")["fraud"]
    policy = group["Properties"]["ModelPackageGroupPolicy"]["Statement"]
    head = "arn:aws:sagemaker:us-east-1:111111111111:"

    assert {one["Resource"] for one in policy} == {
        f"{head}model-package-group/fraud",
        f"{head}model-package/fraud/*",
    }
    assert {each for one in policy for each in flat(one["Action"])} == {
        "sagemaker:CreateModel",
        "sagemaker:DescribeModelPackage",
        "sagemaker:DescribeModelPackageGroup",
        "sagemaker:ListModelPackages",
    }


def test_images_are_pulled_by_the_stages_and_their_tags_stay() -> None:
    """Stages pull and never push; what was deployed by a tag is what the tag names."""
    repository = named("AWS::ECR::Repository", "RepositoryName")["models/churn"]["Properties"]
    (statement,) = repository["RepositoryPolicyText"]["Statement"]
    (rule,) = json.loads(repository["LifecyclePolicy"]["LifecyclePolicyText"])["rules"]

    assert sorted(statement["Action"]) == [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:GetDownloadUrlForLayer",
    ]
    assert repository["ImageTagMutability"] == "IMMUTABLE"
    assert repository["ImageScanningConfiguration"] == {"ScanOnPush": True}
    assert rule["selection"]["tagStatus"] == "untagged"


def test_only_roles_of_this_installation_get_anything() -> None:
    """An account is let in by the roles that bootstrap and the workloads have there."""
    statements = [one for one in mappings(resources(BOTH)) if "Principal" in one]

    for one in statements:
        roles = flat(one["Condition"]["ArnLike"]["aws:PrincipalArn"])
        assert one["Principal"] == {"AWS": STAGES}
        assert all(each.startswith("arn:aws:iam::*:role/mlops-gitops") for each in roles)
    assert len(statements) == 6


@pytest.mark.parametrize(
    ("registry", "region"),
    [
        (BOTH, "us-east-1"),
        (BOTH, "us-gov-west-1"),
        ("{ecr_repositories: [models/churn]}", "cn-north-1"),
    ],
)
def test_what_is_composed_is_lint_clean_in_every_partition(registry: str, region: str) -> None:
    """What settings make of the blueprint is as sound as the blueprint."""
    assert [
        str(one) for one in findings(json.dumps(stack(registry, region).template), region)
    ] == []


def flat(value: Any) -> list[str]:
    """Give one or many as many."""
    return value if isinstance(value, list) else [value]
