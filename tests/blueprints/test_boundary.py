"""A permissions boundary that the settings name is on every role of bootstrap, and stays there."""

from typing import Any

import pytest
from blueprints.blueprint_files import ROOT, load, mappings
from blueprints.resolving import ACCOUNT, resolved
from builders import SETTINGS, Trial, repository, source

from mlops_gitops.desired.bootstrap.part import Part
from mlops_gitops.desired.bootstrap.parts import PARTS
from mlops_gitops.use_cases.bootstrap_print import printed_parts

ROLE = "AWS::IAM::Role"
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/ml/bound"
GIVEN = {
    "AssetsBucket": "acme",
    "OrchestratorAccount": ACCOUNT,
    "PermissionsBoundary": "ml/bound",
}
GRANTING = {"iam:CreateRole", "iam:PutRolePolicy", "iam:PutRolePermissionsBoundary"}


def statements(boundary: str) -> list[dict[str, Any]]:
    """Give what CloudFormation's role may do about roles."""
    template = load(ROOT / "blueprints/bootstrap/account.yaml")
    given = {**GIVEN, "PermissionsBoundary": boundary}
    role = resolved(template, given)["CloudFormationRole"]
    found = [one for one in mappings(role["Properties"]["Policies"]) if "Sid" in one]
    return [one for one in found if GRANTING & set(listed(one["Action"]))]


def listed(value: Any) -> list[str]:
    """Give one or many as a list."""
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_every_role_of_bootstrap_takes_the_boundary(part: Part) -> None:
    """The one that settings name, and without a name none."""
    settings = Trial(repository(settings=SETTINGS)).world().settings
    (made,) = printed_parts(source(settings), part.name, "")
    wanted = {
        "Fn::If": [
            "HasBoundary",
            {
                "Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/"
                "${PermissionsBoundary}"
            },
            {"Ref": "AWS::NoValue"},
        ]
    }

    resources = made.template["Resources"].items()
    unbound = {
        name
        for name, each in resources
        if each["Type"] == ROLE and each["Properties"].get("PermissionsBoundary") != wanted
    }

    assert unbound == set()


def test_workload_roles_get_no_permission_without_the_boundary() -> None:
    """A role is made, and written to, only where it has the boundary; none may take it off."""
    (granting,) = statements("ml/bound")

    assert set(granting["Action"]) == GRANTING
    assert granting["Condition"] == {"StringEquals": {"iam:PermissionsBoundary": BOUNDARY}}


def test_without_a_boundary_roles_are_made_without() -> None:
    """Nothing is asked for that is not there, and no boundary may be put on."""
    (granting,) = statements("")

    assert set(granting["Action"]) == GRANTING - {"iam:PutRolePermissionsBoundary"}
    assert "Condition" not in granting


@pytest.mark.parametrize("boundary", ["", "ml/bound"])
def test_a_boundary_is_never_taken_off(boundary: str) -> None:
    """Whoever could would have all that policies can say."""
    template = load(ROOT / "blueprints/bootstrap/account.yaml")
    role = resolved(template, {**GIVEN, "PermissionsBoundary": boundary})["CloudFormationRole"]

    actions = [
        action
        for one in mappings(role["Properties"]["Policies"])
        for action in listed(one.get("Action", []))
    ]
    assert "iam:PutRolePolicy" in actions
    assert not [each for each in actions if each.startswith("iam:DeleteRoleP") and "Bound" in each]
