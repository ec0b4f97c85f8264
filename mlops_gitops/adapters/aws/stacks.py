"""CloudFormation: reading and changing stacks."""

from collections.abc import Mapping
from typing import Any

from mlops_gitops.adapters.aws.change_sets import (
    create_change_set,
    delete_change_set,
    execute_change_set,
    list_change_sets,
    read_change_set,
)
from mlops_gitops.adapters.aws.paging import drain
from mlops_gitops.adapters.aws.session import PLAN_ROLE, REPAIR_ROLE, Accounts, call
from mlops_gitops.adapters.cloudformation_yaml import template_value
from mlops_gitops.desired.stack import DeployableStack, StackId, Template
from mlops_gitops.desired.template_text import template_text
from mlops_gitops.diff.change_set import ChangeSet, ChangeSetName
from mlops_gitops.diff.deployed import DeployedStack, StackStatus
from mlops_gitops.errors import AwsError
from mlops_gitops.ports import StackResource

_ASKING = "mg-plan-"
_CANCELLED = ("cancelled", "canceled")


class CloudFormationStacks:
    """Stacks of every account: stage accounts through roles, the orchestrator as ourselves."""

    def __init__(self, accounts: Accounts, orchestrator_account: str) -> None:
        self._accounts = accounts
        self._orchestrator = orchestrator_account

    def overview(self, account: str) -> tuple[DeployedStack, ...]:
        """List an account's stacks from `DescribeStacks` alone, page by page."""
        client = self._reader(account)
        pages = client.get_paginator("describe_stacks").paginate()
        where = f"While listing the stacks of {account}"
        stacks = drain(where, pages, "Stacks")
        return tuple(_deployed(account, self._accounts.region, stack) for stack in stacks)

    def find(self, id_: StackId) -> DeployedStack | None:
        """Find one stack; None if there is none by that name."""
        client = self._reader(id_.account)
        try:
            answer = call(f"While reading {id_}", client.describe_stacks, StackName=id_.name)
        except AwsError as error:
            if _is_missing(error):
                return None
            raise
        return _deployed(id_.account, id_.region, answer["Stacks"][0])

    def template(self, id_: StackId) -> Template:
        """Read the template that a stack was deployed with, processed."""
        client = self._reader(id_.account)
        answer = call(
            f"While reading the template of {id_}",
            client.get_template,
            StackName=id_.name,
            TemplateStage="Original",
        )
        return template_value(answer["TemplateBody"])

    def resources(self, id_: StackId) -> tuple[StackResource, ...]:
        """List a stack's resources, page by page."""
        pages = self._reader(id_.account).get_paginator("list_stack_resources")
        where = f"While listing the resources of {id_}"
        found = drain(where, pages.paginate(StackName=id_.name), "StackResourceSummaries")
        return tuple(_resource(each, "ResourceStatusReason") for each in found)

    def first_failure(self, id_: StackId) -> StackResource | None:
        """Find the first resource that failed in the newest operation, with the reason."""
        pages = self._reader(id_.account).get_paginator("describe_stack_events")
        events = drain(
            f"While reading events of {id_}", pages.paginate(StackName=id_.name), "StackEvents"
        )
        first = None
        for event in events:  # newest first
            if _starts_operation(event, id_.name):
                break
            failed = event["ResourceStatus"].endswith("_FAILED")
            reason = event.get("ResourceStatusReason", "")
            if failed and not any(word in reason.lower() for word in _CANCELLED):
                first = event
        return None if first is None else _resource(first, "ResourceStatusReason")

    def change_set(self, id_: StackId, name: str) -> ChangeSet | None:
        """Read a change set, its template and its changes; None if there is none."""
        return read_change_set(self._reader(id_.account), id_, name)

    def change_sets(self, id_: StackId) -> tuple[ChangeSetName, ...]:
        """List a stack's change sets, page by page; none if there is no such stack."""
        return list_change_sets(self._reader(id_.account), id_)

    def propose(self, stack: DeployableStack, name: str, template_url: str) -> None:
        """Start to make a change set of a stack that exists; nothing is deployed by it."""
        template = {"TemplateURL": template_url} if template_url else {}
        arguments = {**_arguments(stack), **template, "ChangeSetName": name}
        if template_url:
            del arguments["TemplateBody"]
        create_change_set(self._reader(stack.id.account), stack.id, arguments)

    def withdraw(self, id_: StackId, name: str) -> None:
        """Delete a change set; none to delete is no error."""
        # The role that plans may delete no other than its own.
        role = self._reader if name.startswith(_ASKING) else self._writer
        delete_change_set(role(id_.account), id_, name)

    def execute(self, id_: StackId, name: str) -> None:
        """Start to deploy a change set as it was made."""
        execute_change_set(self._writer(id_.account), id_, name)

    def create(self, stack: DeployableStack) -> None:
        """Start to create a stack; one that exists is no error."""
        client = self._writer(stack.id.account)
        try:
            call(f"While creating {stack.id}", client.create_stack, **_arguments(stack))
        except AwsError as error:
            if error.code != "AlreadyExistsException":
                raise

    def update(self, stack: DeployableStack) -> None:
        """Start to update a stack; nothing to update is no error."""
        client = self._writer(stack.id.account)
        try:
            call(f"While updating {stack.id}", client.update_stack, **_arguments(stack))
        except AwsError as error:
            if "No updates are to be performed" not in error.message:
                raise

    def delete(self, id_: StackId) -> None:
        """Start to delete a stack; none to delete is no error.

        By its own id: a call that AWS hears late finds no newer stack of the same name.
        """
        there = self.find(id_)
        if there is not None:
            client = self._writer(id_.account)
            call(f"While deleting {id_}", client.delete_stack, StackName=there.arn)

    def _reader(self, account: str) -> Any:
        if account == self._orchestrator:
            return self._accounts.own("cloudformation")
        return self._accounts.client(account, PLAN_ROLE, "cloudformation")

    def _writer(self, account: str) -> Any:
        """In a stage account nothing but removing is ours to do; the pipeline does the rest."""
        if account == self._orchestrator:
            return self._accounts.own("cloudformation")
        return self._accounts.client(account, REPAIR_ROLE, "cloudformation")


def _deployed(account: str, region: str, stack: Mapping[str, Any]) -> DeployedStack:
    return DeployedStack(
        id=StackId(account, region, stack["StackName"]),
        status=StackStatus(stack["StackStatus"]),
        status_reason=stack.get("StackStatusReason", ""),
        parameters={
            each["ParameterKey"]: each.get("ParameterValue", "")
            for each in stack.get("Parameters", [])
        },
        outputs={
            each["OutputKey"]: each.get("OutputValue", "") for each in stack.get("Outputs", [])
        },
        tags={each["Key"]: each["Value"] for each in stack.get("Tags", [])},
        updated_at=stack.get("LastUpdatedTime", stack.get("CreationTime")),
        arn=stack["StackId"],
    )


def _resource(raw: Mapping[str, Any], reason: str) -> StackResource:
    return StackResource(
        logical_id=raw["LogicalResourceId"],
        resource_type=raw["ResourceType"],
        status=raw["ResourceStatus"],
        reason=raw.get(reason, ""),
        physical_id=raw.get("PhysicalResourceId", ""),
    )


def _starts_operation(event: Mapping[str, Any], stack: str) -> bool:
    """Whether an event is the stack's own start of an operation that is not a rollback."""
    starts = {
        "CREATE_IN_PROGRESS",
        "UPDATE_IN_PROGRESS",
        "DELETE_IN_PROGRESS",
        "IMPORT_IN_PROGRESS",
    }
    return event["LogicalResourceId"] == stack and event["ResourceStatus"] in starts


def _is_missing(error: AwsError) -> bool:
    return error.code == "ValidationError" and "does not exist" in error.message


def _arguments(stack: DeployableStack) -> dict[str, Any]:
    return {"StackName": stack.id.name, **stack_content(stack)}


def stack_content(stack: DeployableStack) -> dict[str, Any]:
    """Give what a stack is made of, as CloudFormation takes it of a stack and of a StackSet."""
    return {
        "TemplateBody": template_text(stack.template),
        "Parameters": [
            {"ParameterKey": name, "ParameterValue": value}
            for name, value in sorted(stack.parameters.items())
        ],
        "Tags": [{"Key": key, "Value": value} for key, value in sorted(stack.tags.items())],
        "Capabilities": list(stack.capabilities),
    }
