"""CloudFormation change sets: made, listed, read whole, deleted."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mlops_gitops.adapters.aws.change_verdicts import resource_change
from mlops_gitops.adapters.aws.paging import drain
from mlops_gitops.adapters.aws.session import call
from mlops_gitops.adapters.cloudformation_yaml import template_value
from mlops_gitops.desired.stack import StackId
from mlops_gitops.diff.change_set import ChangeSet, ChangeSetName, ChangeSetState
from mlops_gitops.errors import AwsError

_MISSING = {"ChangeSetNotFound", "ChangeSetNotFoundException"}
_EMPTY = (
    "didn't contain changes",
    "didn\N{RIGHT SINGLE QUOTATION MARK}t contain changes",
    "did not contain changes",
    "no updates are to be performed",
    "no changes to deploy",
    "there are no changes",
)
"""How an empty change set is worded, by CloudFormation and by the macros it runs.

It has no status of its own: it is FAILED, with one of these inside its reason.
"""


REVERT_DRIFT = "REVERT_DRIFT"
"""`DeploymentMode` of what also puts back what was changed outside of CloudFormation."""
_DRIFTED = {"MODIFIED", "DELETED"}


def create_change_set(client: Any, id_: StackId, arguments: Mapping[str, Any]) -> None:
    """Start to make a change set of a stack that exists."""
    where = f"While asking CloudFormation about {id_}"
    call(where, client.create_change_set, **arguments, ChangeSetType="UPDATE")


def delete_change_set(client: Any, id_: StackId, name: str) -> None:
    """Delete a change set; none to delete is no error."""
    where = f"While deleting change set {name} of {id_}"
    try:
        call(where, client.delete_change_set, StackName=id_.name, ChangeSetName=name)
    except AwsError as error:
        if not _is_missing(error):
            raise


def execute_change_set(client: Any, id_: StackId, name: str) -> None:
    """Start to deploy a change set as it was made."""
    where = f"While executing change set {name} of {id_}"
    call(where, client.execute_change_set, StackName=id_.name, ChangeSetName=name)


def list_change_sets(client: Any, id_: StackId) -> tuple[ChangeSetName, ...]:
    """List a stack's change sets, page by page; none if there is no such stack."""
    pages = client.get_paginator("list_change_sets").paginate(StackName=id_.name)
    try:
        found = list(drain(f"While listing the change sets of {id_}", pages, "Summaries"))
    except AwsError as error:
        if _is_missing(error):
            return ()
        raise
    return tuple(
        ChangeSetName(name=each["ChangeSetName"], created_at=each["CreationTime"]) for each in found
    )


def read_change_set(client: Any, id_: StackId, name: str) -> ChangeSet | None:
    """Read a change set; None if there is none, or no such stack."""
    where = f"While reading change set {name} of {id_}"
    try:
        first = call(
            where,
            client.describe_change_set,
            StackName=id_.name,
            ChangeSetName=name,
            IncludePropertyValues=True,
        )
        changes = _changes(where, client, first)
        body = call(
            where,
            client.get_template,
            StackName=id_.name,
            ChangeSetName=name,
            TemplateStage="Original",
        )
    except AwsError as error:
        if _is_missing(error):
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
        # A change of another type is a hook's, which is no resource.
        changes=tuple(
            resource_change(each["ResourceChange"]) for each in changes if "ResourceChange" in each
        ),
        is_drift_aware=first.get("DeploymentMode") == REVERT_DRIFT,
        drifted=frozenset(_drifted(changes)),
    )


def _drifted(changes: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for each in changes:
        change = each.get("ResourceChange", {})
        if change.get("ResourceDriftStatus") in _DRIFTED:
            yield change["LogicalResourceId"]


def _is_missing(error: AwsError) -> bool:
    return error.code in _MISSING or "does not exist" in error.message


def _changes(where: str, client: Any, first: Mapping[str, Any]) -> list[dict[str, Any]]:
    changes = list(first.get("Changes", []))
    page = first
    while token := page.get("NextToken"):
        page = call(
            where,
            client.describe_change_set,
            StackName=first["StackId"],
            ChangeSetName=first["ChangeSetId"],
            IncludePropertyValues=True,
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
        reason = raw.get("StatusReason", "").lower()
        empty = any(text in reason for text in _EMPTY)
        return ChangeSetState.EMPTY if empty else ChangeSetState.FAILED
    if execution in {"EXECUTE_IN_PROGRESS", "EXECUTE_COMPLETE", "EXECUTE_FAILED"}:
        return ChangeSetState.EXECUTED
    return ChangeSetState.AVAILABLE if execution == "AVAILABLE" else ChangeSetState.PENDING
