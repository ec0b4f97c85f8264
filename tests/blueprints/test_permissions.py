"""What each role of bootstrap is granted is what it needs: no more, and no less."""

import json

import pytest
from blueprints.blueprint_files import ROOT, TEMPLATES, load, module_at

TABLE = module_at(ROOT / "scripts" / "write_permissions.py", "write_permissions")
RECORDED, BEYOND = TABLE.recorded(), TABLE.beyond()

# Roles of bootstrap's templates that the table leaves out.
ELSEWHERE = {
    ("account", "ApiGatewayLogRole"): "AWS's own managed policy, which API Gateway asks for",
    ("account", "CloudFormationRole"): "held to CloudFormation's registry",
    ("api", "FunctionRole"): "its function is tested with its role in the embedded AWS",
    ("ci_pipeline", "BuildRole"): "builds are not emulated",
    ("ci_pipeline", "PipelineRole"): "builds and connections are not emulated",
    ("ci_pipeline", "SourceRuleRole"): "starts one pipeline",
    ("notifications", "DispatcherRole"): "its machine is walked and run in the embedded AWS",
    ("notifications", "RuleRole"): "starts one state machine",
    ("notifications", "TellerRole"): "its machine is walked and run in the embedded AWS",
    ("notifications", "WebhookRole"): "EventBridge calls one kind of destination with it",
    ("orchestrator", "ApprovalRuleRole"): "starts one state machine",
    ("orchestrator", "ApprovalWatchRole"): "three actions, by a state machine of the same template",
}
roles = pytest.mark.parametrize("role", TABLE.ROLES)


def needed(role: str) -> set[str]:
    """Give what a role was seen to ask for, and what there is a reason for."""
    return {action for each, action in RECORDED | BEYOND.keys() if each == role}


@roles
def test_nothing_is_granted_that_nobody_needs(role: str) -> None:
    """What was granted for something that is gone, or to be safe, is taken back."""
    assert TABLE.granted(role).keys() - needed(role) == set()


@roles
def test_nothing_is_needed_that_is_not_granted(role: str) -> None:
    """What the tests saw, and what AWS does in the role's name, the template lets it do."""
    assert needed(role) - TABLE.granted(role).keys() == set()


@roles
def test_reasons_are_for_what_no_test_shows(role: str) -> None:
    """A reason for what was seen is none; it would hide that it is seen no longer."""
    assert {row for row in BEYOND.keys() & RECORDED if row[0] == role} == set()


def test_every_reason_names_where_it_can_be_looked_up() -> None:
    """AWS's page, or our own file."""
    rows = [row for rows in json.loads(TABLE.BEYOND.read_text()).values() for row in rows]

    assert rows
    for row in rows:
        source = row.get("source")
        assert (
            source.startswith("https://docs.aws.amazon.com/")
            if source
            else ((ROOT / row["code"]).is_file())
        ), row


def test_every_role_is_in_the_table_or_said_to_be_elsewhere() -> None:
    """A role that a template gets anew is not forgotten."""
    found = {
        (path.stem, name)
        for path in TEMPLATES
        if path.parent.name == "bootstrap"
        for name, resource in load(path)["Resources"].items()
        if resource["Type"] == "AWS::IAM::Role"
    }

    assert found - set(TABLE.ROLES.values()) == ELSEWHERE.keys()


def test_the_page_is_up_to_date() -> None:
    """Running scripts/write_permissions.py again would change nothing."""
    assert TABLE.PAGE.read_text() == TABLE.page()
