"""What the CloudFormation action asks of stacks: their status, their end, why they failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from mlops_gitops.emulator.codepipeline.actions.job import ActionFailedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlops_gitops.emulator.codepipeline.actions.job import Job

NEW = frozenset({"", "DELETE_COMPLETE", "REVIEW_IN_PROGRESS"})
GOOD = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"})
UPDATABLE = GOOD | {"UPDATE_ROLLBACK_COMPLETE", "IMPORT_ROLLBACK_COMPLETE"}


def find_stack(client: Any, name: str) -> Mapping[str, Any]:
    """Describe a stack; a stack that does not exist is an empty mapping."""
    try:
        stack: Mapping[str, Any] = client.describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as error:
        if "does not exist" in error.response["Error"].get("Message", ""):
            return {}
        raise
    return stack


def is_new(stack: Mapping[str, Any]) -> bool:
    """Say whether a change set or a create makes this stack.

    Raises:
        ActionFailedError: It can be neither made nor updated, in CloudFormation's words.
    """
    status = stack.get("StackStatus", "")
    if status not in NEW | UPDATABLE:
        message = f"Stack:{stack['StackId']} is in {status} state and can not be updated."
        raise ActionFailedError("JobFailed", f"{message} (Error Code: ValidationError)")
    return status in NEW


def wait_for_stack(job: Job, client: Any, name: str) -> dict[str, str]:
    """Wait until a stack has reached a final state, and give its outputs.

    Raises:
        ActionFailedError: It did not end well; the first failed resource is named.
    """
    while (stack := find_stack(client, name)).get("StackStatus", "").endswith("_IN_PROGRESS"):
        job.pause()
    status = stack.get("StackStatus", "DELETE_COMPLETE")
    if status not in GOOD:
        reasons = [stack.get("StackStatusReason"), _first_failure(client, name)]
        why = " ".join(reason for reason in reasons if reason)
        message = f"Stack {name} is in {status}. {why}".strip()
        raise ActionFailedError("JobFailed", message)
    return {o["OutputKey"]: o["OutputValue"] for o in stack.get("Outputs", ())}


def wait_until_deleted(job: Job, client: Any, stack: Mapping[str, Any]) -> None:
    """Wait until a stack is gone.

    Raises:
        ActionFailedError: It could not be deleted.
    """
    while True:
        now = find_stack(client, stack["StackId"])
        status = now.get("StackStatus", "DELETE_COMPLETE")
        if status == "DELETE_COMPLETE":
            return
        if status == "DELETE_FAILED":
            why = now.get("StackStatusReason") or _first_failure(client, stack["StackName"])
            message = f"Stack {stack['StackName']} is in DELETE_FAILED. {why}"
            raise ActionFailedError("JobFailed", message)
        job.pause()


def _first_failure(client: Any, name: str) -> str:
    """Tell which resource failed first in the stack's last operation."""
    failed = ""
    for page in client.get_paginator("describe_stack_events").paginate(StackName=name):
        for event in page["StackEvents"]:  # newest first
            reason = event.get("ResourceStatusReason", "")
            if event["ResourceStatus"].endswith("_FAILED") and "cancelled" not in reason:
                failed = (
                    f"{event['LogicalResourceId']} ({event['ResourceType']}) "
                    f"{event['ResourceStatus']}: {reason}"
                )
            if _is_start(event):
                return failed
    return failed


def _is_start(event: Mapping[str, Any]) -> bool:
    return event["LogicalResourceId"] == event["StackName"] and event["ResourceStatus"] in {
        "CREATE_IN_PROGRESS",
        "UPDATE_IN_PROGRESS",
        "DELETE_IN_PROGRESS",
    }
