"""What the templates' roles may do: every action is named, every open resource has a reason."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from blueprints.blueprint_files import TEMPLATES, load, mappings

OPEN_RESOURCES = {
    "WriteEndpointMetrics": "metrics have no ARN; a condition limits the namespace",
    "WriteJobMetrics": "metrics have no ARN; a condition limits the namespace",
    "DeliverWorkflowLogs": "IAM knows no narrower resource for deliveries of logs",
    "LogInToRegistry": "ecr:GetAuthorizationToken is about the account, not a repository",
    "FindLogGroups": "IAM knows no narrower resource for describing log groups",
    "FindFunctionLogs": "IAM knows no narrower resource for describing log groups",
    "AskWhatCanBeImported": "the template that is asked about is no stack's yet",
    "ListStacks": "listing stacks is about the account, not a stack",
    "AwaitDetections": "a detection of drift is asked for by its id, which has no ARN",
    "ReadQuotas": "listing quotas is about the account, not a quota",
    "ReadUsage": "metrics and lists of endpoints and jobs are about the account, and have no ARN",
    "ListModelCards": "listing model cards is about the account, not a card",
    "AccountDecides": "a key policy's resource is the key itself",
    "StagesExportModelCards": "a key policy's resource is the key itself",
    "WorkloadsEncryptResults": "a key policy's resource is the key itself",
    "PlansDecryptTemplates": "a key policy's resource is the key itself",
    "CloudFormationDecryptsFunctionCode": "a key policy's resource is the key itself",
    "LogsEncrypt": "a key policy's resource is the key itself",
    "WriteTraces": "traces have no ARN",
    "StagesDecrypt": "a key policy's resource is the key itself",
    "AlarmsEncrypt": "a key policy's resource is the key itself",
}

OPEN_ACTIONS = {
    "AccountDecides": "without it nobody could change the key again; IAM of the account decides",
    "TlsOnly": "a denial is stronger the more it names",
}

OPEN_PRINCIPALS = {
    "TlsOnly": "a denial, for everybody",
    "WorkloadsLeaveDeploymentsAlone": "a denial, for every role that a condition tells",
}


def statements(path: Path) -> Iterator[dict[str, Any]]:
    """Give every policy statement of a template, trust policies included."""
    yield from (one for one in mappings(load(path)["Resources"]) if "Effect" in one)


def as_list(value: Any) -> list[Any]:
    """Return a policy's one-or-many as many."""
    return value if isinstance(value, list) else [value]


every_statement = pytest.mark.parametrize(
    "statement",
    [
        pytest.param(one, id=f"{path.parent.name}/{path.stem}-{number}-{one.get('Sid', 'trust')}")
        for path in TEMPLATES
        for number, one in enumerate(statements(path))
    ],
)


@every_statement
def test_every_action_is_named(statement: dict[str, Any]) -> None:
    """No action has a wildcard without a reason."""
    wild = [action for action in as_list(statement["Action"]) if "*" in action]

    assert not wild or statement["Sid"] in OPEN_ACTIONS
    assert "NotAction" not in statement


@every_statement
def test_every_open_resource_has_a_reason(statement: dict[str, Any]) -> None:
    """No statement is about everything without a reason."""
    is_open = "*" in as_list(statement.get("Resource", []))

    assert not is_open or statement["Sid"] in OPEN_RESOURCES
    assert "NotResource" not in statement


@every_statement
def test_nobody_unknown_is_allowed(statement: dict[str, Any]) -> None:
    """Only a denial may name everybody."""
    if statement.get("Principal") == "*":
        assert statement["Effect"] == "Deny"
        assert statement["Sid"] in OPEN_PRINCIPALS


@every_statement
def test_roles_are_passed_to_named_services_only(statement: dict[str, Any]) -> None:
    """iam:PassRole names the role and the service that gets it."""
    if "iam:PassRole" in as_list(statement["Action"]):
        assert "*" not in as_list(statement["Resource"])
        assert "iam:PassedToService" in statement["Condition"]["StringEquals"]


def test_every_reason_is_still_needed() -> None:
    """A reason without its statement is out of date."""
    sids = {one.get("Sid") for path in TEMPLATES for one in statements(path)}

    assert sids >= OPEN_RESOURCES.keys() | OPEN_ACTIONS.keys() | OPEN_PRINCIPALS.keys()


def role_actions(template: str, role: str) -> set[str]:
    """Return what a role's own policies allow."""
    path = next(one for one in TEMPLATES if one.stem == template)
    policies = load(path)["Resources"][role]["Properties"]["Policies"]
    found = [one for one in mappings(policies) if "Effect" in one]
    return {action for one in found for action in as_list(one["Action"])}


def test_the_plan_role_changes_nothing() -> None:
    """Planning reads, and makes and deletes its own change sets; it cannot execute one."""
    verbs = ("Describe", "List", "Get", "GET", "Decrypt")
    writes = {
        action
        for action in role_actions("account", "PlanRole")
        if not action.split(":")[1].startswith(verbs)
    }

    assert writes == {
        "cloudformation:CreateChangeSet",
        "cloudformation:DeleteChangeSet",
        # They read, in spite of their names: CloudFormation notes what it has seen.
        "cloudformation:DetectStackDrift",
        "cloudformation:DetectStackResourceDrift",
        "codebuild:BatchGetProjects",
        # Under the condition that it is a change set that names the tags.
        "cloudformation:TagResource",
        "cloudformation:UntagResource",
    }


def test_the_plan_role_tags_only_in_change_sets() -> None:
    """A change set names the tags that it would set; without one nothing can be tagged."""
    path = next(one for one in TEMPLATES if one.stem == "account")
    tagging = next(one for one in statements(path) if one.get("Sid") == "NameTagsInQuestions")

    assert tagging["Condition"] == {
        "StringEquals": {"cloudformation:CreateAction": "CreateChangeSet"}
    }


def test_the_pipeline_role_deploys_only_through_the_stages() -> None:
    """The delivery pipelines' own role touches no stack."""
    services = {action.split(":")[0] for action in role_actions("orchestrator", "PipelineRole")}

    assert services == {"kms", "s3", "sns", "sts"}
