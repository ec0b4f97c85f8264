"""Service-managed StackSets, from the management account or a delegated administrator's."""

from collections.abc import Mapping, Sequence
from typing import Any

from mlops_gitops.adapters.aws.paging import drain
from mlops_gitops.adapters.aws.session import Accounts, call
from mlops_gitops.adapters.aws.stacks import stack_content
from mlops_gitops.adapters.cloudformation_yaml import template_value
from mlops_gitops.config.installation import Organizations
from mlops_gitops.desired.stack import DeployableStack
from mlops_gitops.diff.stack_set import (
    AccountResult,
    DeployedStackSet,
    Operation,
    OperationState,
)
from mlops_gitops.errors import AwsError

_MISSING = "StackSetNotFoundException"
_CALL_AS = {Organizations.SELF: "SELF", Organizations.DELEGATED_ADMIN: "DELEGATED_ADMIN"}
_EVERYWHERE = {"FailureTolerancePercentage": 100, "MaxConcurrentPercentage": 100}
"""One account's failure keeps no other from its stack: each is told by itself."""
_STATES = {
    "RUNNING": OperationState.RUNNING,
    "QUEUED": OperationState.RUNNING,
    "STOPPING": OperationState.RUNNING,
    "SUCCEEDED": OperationState.SUCCEEDED,
    "FAILED": OperationState.FAILED,
    "STOPPED": OperationState.FAILED,
}


class CloudFormationStackSets:
    """StackSets with service-managed permissions."""

    def __init__(self, accounts: Accounts, organizations: Organizations) -> None:
        self._accounts = accounts
        self._as = {"CallAs": _CALL_AS[organizations]}

    def find(self, name: str) -> DeployedStackSet | None:
        """Find a StackSet with the accounts that have its stack; None for none by that name."""
        try:
            found = self._call("While reading", name, "describe_stack_set")["StackSet"]
        except AwsError as error:
            if error.code == _MISSING:
                return None
            raise
        return DeployedStackSet(
            name=name,
            template=template_value(found["TemplateBody"]),
            parameters={
                each["ParameterKey"]: each.get("ParameterValue", "")
                for each in found.get("Parameters", [])
            },
            tags={each["Key"]: each["Value"] for each in found.get("Tags", [])},
            accounts=tuple(_instance(each) for each in self._listed(name, "list_stack_instances")),
        )

    def create(self, stack: DeployableStack) -> None:
        """Make a StackSet that no account has yet."""
        self._call(
            "While creating",
            stack.id.name,
            "create_stack_set",
            **_definition(stack),
            # New accounts of a unit are not ours to prepare.
            AutoDeployment={"Enabled": False},
            PermissionModel="SERVICE_MANAGED",
        )

    def update(self, stack: DeployableStack) -> str:
        """Start to bring it up to date wherever it is; give the operation's id."""
        answer = self._call(
            "While updating",
            stack.id.name,
            "update_stack_set",
            **_definition(stack),
            OperationPreferences=_EVERYWHERE,
        )
        return str(answer["OperationId"])

    def add(self, name: str, units: Sequence[str], accounts: Sequence[str], region: str) -> str:
        """Start to make the stack in accounts, each of which has to be in one of the units."""
        answer = self._call(
            "While creating the stacks of",
            name,
            "create_stack_instances",
            DeploymentTargets={
                "AccountFilterType": "INTERSECTION",
                "Accounts": list(accounts),
                "OrganizationalUnitIds": list(units),
            },
            Regions=[region],
            OperationPreferences=_EVERYWHERE,
        )
        return str(answer["OperationId"])

    def detach(self, name: str, account: str, region: str) -> str:
        """Start to forget an account's stack, which stays there as it is; give the operation's id.

        It was deployed to organizational units, so they have to be named with the account.
        """
        found = self._call("While reading", name, "describe_stack_set")["StackSet"]
        answer = self._call(
            "While detaching a stack of",
            name,
            "delete_stack_instances",
            DeploymentTargets={
                "AccountFilterType": "INTERSECTION",
                "Accounts": [account],
                "OrganizationalUnitIds": found.get("OrganizationalUnitIds", []),
            },
            Regions=[region],
            RetainStacks=True,
            OperationPreferences=_EVERYWHERE,
        )
        return str(answer["OperationId"])

    def operation(self, name: str, operation: str) -> Operation:
        """Tell how an operation stands, and what it did in each account so far."""
        answer = self._call(
            "While following", name, "describe_stack_set_operation", OperationId=operation
        )
        results = self._listed(name, "list_stack_set_operation_results", OperationId=operation)
        return Operation(
            state=_STATES[answer["StackSetOperation"]["Status"]],
            results=tuple(_result(each) for each in results),
        )

    def _call(self, doing: str, name: str, operation: str, **arguments: Any) -> Any:
        client = self._accounts.own("cloudformation")
        where = f"{doing} StackSet {name}"
        return call(where, getattr(client, operation), StackSetName=name, **arguments, **self._as)

    def _listed(self, name: str, operation: str, **arguments: Any) -> list[dict[str, Any]]:
        client = self._accounts.own("cloudformation")
        pages = client.get_paginator(operation).paginate(StackSetName=name, **arguments, **self._as)
        return list(drain(f"While listing the accounts of StackSet {name}", pages, "Summaries"))


def _definition(stack: DeployableStack) -> dict[str, Any]:
    return {
        **stack_content(stack),
        # Operations that come while another one runs are queued, not refused.
        "ManagedExecution": {"Active": True},
    }


def _instance(raw: Mapping[str, Any]) -> AccountResult:
    return AccountResult(
        account=raw["Account"],
        succeeded=raw.get("Status") == "CURRENT",
        reason=raw.get("StatusReason", ""),
    )


def _result(raw: Mapping[str, Any]) -> AccountResult:
    status = raw.get("Status", "")
    succeeded = status == "SUCCEEDED"
    return AccountResult(
        account=raw["Account"],
        succeeded=succeeded,
        # Where others failed first, an account is cancelled, and AWS says no more.
        reason=raw.get("StatusReason", "") or ("" if succeeded else str(status).lower()),
    )
