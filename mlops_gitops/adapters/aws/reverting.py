"""Drift-aware change sets of CloudFormation.

Source: "Using drift-aware change sets", CloudFormation user guide; `DeploymentMode` of
CreateChangeSet. No role is named, so CloudFormation goes on with the stack's own, and nobody has
to be able to pass it (`RoleARN` of CreateChangeSet, CloudFormation API reference).
"""

from typing import Any

from mlops_gitops.adapters.aws.change_sets import (
    REVERT_DRIFT,
    create_change_set,
    delete_change_set,
    execute_change_set,
)
from mlops_gitops.adapters.aws.session import REPAIR_ROLE, Accounts
from mlops_gitops.adapters.aws.stacks import stack_content
from mlops_gitops.desired.stack import DeployableStack, StackId


class CloudFormationReverting:
    """Stacks of every account: stage accounts through a role, the orchestrator as ourselves."""

    def __init__(self, accounts: Accounts, orchestrator_account: str) -> None:
        self._accounts = accounts
        self._orchestrator = orchestrator_account

    def propose(self, stack: DeployableStack, name: str, template_url: str) -> None:
        """Start to make a drift-aware change set of a stack that exists."""
        content = stack_content(stack)
        if template_url:
            del content["TemplateBody"]
            content["TemplateURL"] = template_url
        arguments = {"StackName": stack.id.name, **content, "ChangeSetName": name}
        client = self._client(stack.id.account)
        create_change_set(client, stack.id, {**arguments, "DeploymentMode": REVERT_DRIFT})

    def withdraw(self, id_: StackId, name: str) -> None:
        """Delete a change set; none to delete is no error."""
        delete_change_set(self._client(id_.account), id_, name)

    def execute(self, id_: StackId, name: str) -> None:
        """Start to deploy a change set as it was made."""
        execute_change_set(self._client(id_.account), id_, name)

    def _client(self, account: str) -> Any:
        if account == self._orchestrator:
            return self._accounts.own("cloudformation")
        return self._accounts.client(account, REPAIR_ROLE, "cloudformation")
