"""CloudFormation change sets, read whole: template, parameters, tags, changes."""

from collections.abc import Mapping
from typing import Any

from mlops_gitops.adapters.aws.session import call
from mlops_gitops.adapters.cloudformation_yaml import template_value
from mlops_gitops.desired.stack import StackId
from mlops_gitops.diff.change_set import ChangeSet, ChangeSetState
from mlops_gitops.diff.plan import Action, ResourceChange
from mlops_gitops.errors import AwsError

_MISSING = {"ChangeSetNotFound", "ChangeSetNotFoundException"}
_EMPTY = ("didn't contain changes", "No updates are to be performed")
"""How CloudFormation words an empty change set; it has no status of its own."""


def read_change_set(client: Any, id_: StackId, name: str) -> ChangeSet | None:
    """Read a change set; None if there is none, or no such stack."""
    where = f"While reading change set {name} of {id_}"
    try:
        first = call(where, client.describe_change_set, StackName=id_.name, ChangeSetName=name)
        changes = _changes(where, client, first)
        body = call(
            where,
            client.get_template,
            StackName=id_.name,
            ChangeSetName=name,
            TemplateStage="Original",
        )
    except AwsError as error:
        if error.code in _MISSING or "does not exist" in error.message:
            return None
        raise
    return ChangeSet(
        stack=id_,
        name=name,
        state=_state(first),
        reason=first.get("StatusReason", ""),
        template=template_value(body["TemplateBody"]),
        parameters={
            each["ParameterKey"]: each.get("ParameterValue", "")
            for each in first.get("Parameters", [])
        },
        tags={each["Key"]: each["Value"] for each in first.get("Tags", [])},
        changes=tuple(_change(each["ResourceChange"]) for each in changes),
    )


def _changes(where: str, client: Any, first: Mapping[str, Any]) -> list[dict[str, Any]]:
    changes = list(first.get("Changes", []))
    page = first
    while token := page.get("NextToken"):
        page = call(
            where,
            client.describe_change_set,
            StackName=first["StackId"],
            ChangeSetName=first["ChangeSetId"],
            NextToken=token,
        )
        changes += page.get("Changes", [])
    return changes


def _state(raw: Mapping[str, Any]) -> ChangeSetState:
    """Boil CloudFormation's two statuses down to whether it can still be deployed."""
    status, execution = raw["Status"], raw.get("ExecutionStatus", "")
    if execution == "OBSOLETE":
        return ChangeSetState.OBSOLETE
    if status == "FAILED":
        empty = any(text in raw.get("StatusReason", "") for text in _EMPTY)
        return ChangeSetState.EMPTY if empty else ChangeSetState.FAILED
    if execution in {"EXECUTE_IN_PROGRESS", "EXECUTE_COMPLETE", "EXECUTE_FAILED"}:
        return ChangeSetState.EXECUTED
    return ChangeSetState.AVAILABLE if execution == "AVAILABLE" else ChangeSetState.PENDING


def _change(raw: Mapping[str, Any]) -> ResourceChange:
    return ResourceChange(
        logical_id=raw["LogicalResourceId"],
        resource_type=raw["ResourceType"],
        action=_action(raw),
    )


def _action(raw: Mapping[str, Any]) -> Action:
    match raw["Action"]:
        case "Add" | "Import":
            return Action.CREATE
        case "Remove":
            return Action.DELETE
        case _:
            replaced = raw.get("Replacement") in {"True", "Conditional"}
            return Action.REPLACE if replaced else Action.UPDATE
