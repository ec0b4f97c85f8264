"""Who may put back what was changed by hand, and where nobody may but a gate."""

from fnmatch import fnmatchcase
from typing import Any

import pytest
from blueprints.blueprint_files import ROOT, load
from blueprints.resolving import resolved
from builders import SETTINGS, trial

from mlops_gitops.desired.bootstrap.account import PART
from mlops_gitops.desired.bootstrap.part import Known

OF_AN_EXECUTION = "mg-0f6bd0cc-1d4b-4d2f-9a49-1a2b3c4d5e6f"
BY_HAND = "mg-revert-0123456789ab"
GIVEN = {"OrchestratorAccount": "111111111111", "AssetsBucket": "acme", "Prefix": "mlops-pipeline"}


def statements(**parameters: str) -> list[dict[str, Any]]:
    """What the role for repairs may do in an account."""
    template = load(ROOT / "blueprints" / "bootstrap" / "account.yaml")
    role = resolved(template, {**GIVEN, **parameters})["RepairRole"]
    (policy,) = role["Properties"]["Policies"]
    found: list[dict[str, Any]] = policy["PolicyDocument"]["Statement"]
    return found


def let(found: list[dict[str, Any]], action: str, change_set: str) -> list[dict[str, Any]]:
    """The statements that allow an action for a change set of one of our workloads."""
    return [
        each
        for each in found
        if action in (each["Action"] if isinstance(each["Action"], list) else [each["Action"]])
        and _named(each, change_set)
    ]


def _named(statement: dict[str, Any], change_set: str) -> bool:
    names = statement["Condition"]["StringLike"]["cloudformation:ChangeSetName"]
    return any(
        fnmatchcase(change_set, each) for each in ([names] if isinstance(names, str) else names)
    )


@pytest.mark.parametrize("ungated", ["", "222222222222"])
def test_what_waits_at_a_gate_is_executed_by_nobody_who_repairs(ungated: str) -> None:
    """It may be made and deleted by whoever puts back; only a delivery pipeline executes it."""
    found = statements(UngatedAccounts=ungated)

    assert let(found, "cloudformation:CreateChangeSet", OF_AN_EXECUTION)
    assert let(found, "cloudformation:DeleteChangeSet", OF_AN_EXECUTION)
    assert not let(found, "cloudformation:ExecuteChangeSet", OF_AN_EXECUTION)


def test_without_a_gate_it_is_executed_where_no_gate_stands_and_nowhere_else() -> None:
    """The role is the same in every account; the account itself is what counts."""
    (statement,) = let(
        statements(UngatedAccounts="222222222222"), "cloudformation:ExecuteChangeSet", BY_HAND
    )

    assert statement["Condition"]["StringEquals"] == {"aws:ResourceAccount": ["222222222222"]}
    assert not let(statements(), "cloudformation:ExecuteChangeSet", BY_HAND)


def test_whoever_puts_back_chooses_no_role() -> None:
    """CloudFormation goes on with the role that the stack has."""
    (statement,) = [
        each
        for each in let(statements(), "cloudformation:CreateChangeSet", OF_AN_EXECUTION)
        if each["Sid"] == "PutBackByChangeSets"
    ]

    assert statement["Condition"]["Null"] == {"cloudformation:RoleArn": "true"}


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (SETTINGS, "111111111111,222222222222"),
        (SETTINGS.replace("approval: none", "approval: manual"), "111111111111"),
        (SETTINGS.replace('"222222222222"', '"333333333333"'), "111111111111"),
    ],
)
def test_an_account_with_a_gate_in_it_is_gated(settings: str, expected: str) -> None:
    """Also where another stage of the same account has none: IAM knows accounts, not stages."""
    made = trial(settings=settings).world().settings
    known = Known(settings=made, account="222222222222", outputs={"AssetsKmsKeyArn": ""})

    assert PART.values(known)["UngatedAccounts"] == expected
