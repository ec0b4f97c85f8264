"""CloudFormation's imports, by the role for repairs; and endpoints, by the role for plans."""

from collections.abc import Mapping
from typing import Any

from mlops_gitops.adapters.aws.change_sets import delete_change_set
from mlops_gitops.adapters.aws.paging import drain
from mlops_gitops.adapters.aws.sagemaker import described_endpoint
from mlops_gitops.adapters.aws.session import PLAN_ROLE, REPAIR_ROLE, Accounts, call
from mlops_gitops.desired.stack import StackId, Template
from mlops_gitops.desired.template_text import template_text
from mlops_gitops.ports.adopting import Kind, LiveEndpoint, Proposal

_CAPABILITIES = ["CAPABILITY_NAMED_IAM"]
"""Every template of the predecessor makes roles; the stack had this when it was made."""


class AwsAdopting:
    """Change sets that change nothing that runs."""

    def __init__(self, accounts: Accounts, orchestrator_account: str) -> None:
        self._accounts = accounts
        self._orchestrator = orchestrator_account

    def physical_ids(self, id_: StackId) -> Mapping[str, str]:
        """Give what CloudFormation calls each existing resource of a stack, by logical id."""
        pages = self._reader(id_.account, "cloudformation").get_paginator("list_stack_resources")
        where = f"While listing the resources of {id_}"
        found = drain(where, pages.paginate(StackName=id_.name), "StackResourceSummaries")
        return {
            each["LogicalResourceId"]: each["PhysicalResourceId"]
            for each in found
            if each.get("PhysicalResourceId") and each["ResourceStatus"] != "DELETE_COMPLETE"
        }

    def endpoint(self, account: str, name: str) -> LiveEndpoint | None:
        """Describe an endpoint; None if there is none by that name."""
        found = described_endpoint(self._accounts, account, name)
        if found is None:
            return None
        return LiveEndpoint(
            arn=found["EndpointArn"],
            config_name=found["EndpointConfigName"],
            created_at=found["CreationTime"],
        )

    def importable(self, account: str, template: Template) -> Mapping[str, frozenset[str]]:
        """Ask which of a template's resources can be imported: logical id -> its identifier.

        Of resources alone: an import names neither parameters nor outputs, and a template that is
        too long to be sent may be so because of them.
        """
        asked = {"Resources": template["Resources"]}
        where = f"While asking CloudFormation in {account} what it can import"
        client = self._reader(account, "cloudformation")
        answer = call(where, client.get_template_summary, TemplateBody=template_text(asked))
        return {
            logical_id: frozenset(each["ResourceIdentifiers"])
            for each in answer.get("ResourceIdentifierSummaries", [])
            for logical_id in each["LogicalResourceIds"]
        }

    def propose(self, proposal: Proposal) -> None:
        """Start to make a change set; of an import into a new stack, a shell is made with it.

        Tags are left out: an update then keeps them, and an import may not change them.
        """
        call(
            f"While preparing {proposal.id}",
            self._writer(proposal.id.account).create_change_set,
            StackName=proposal.id.name,
            ChangeSetName=proposal.name,
            ChangeSetType=proposal.kind.value,
            Capabilities=_CAPABILITIES,
            Parameters=[
                {"ParameterKey": name, "UsePreviousValue": True} for name in proposal.parameters
            ],
            TemplateBody=template_text(proposal.template),
            **_imported(proposal),
            **({"RoleARN": proposal.role_arn} if proposal.role_arn else {}),
        )

    def withdraw(self, id_: StackId, name: str) -> None:
        """Delete a change set; none to delete is no error."""
        delete_change_set(self._writer(id_.account), id_, name)

    def _reader(self, account: str, service: str) -> Any:
        if account == self._orchestrator:
            return self._accounts.own(service)
        return self._accounts.client(account, PLAN_ROLE, service)

    def _writer(self, account: str) -> Any:
        if account == self._orchestrator:
            return self._accounts.own("cloudformation")
        return self._accounts.client(account, REPAIR_ROLE, "cloudformation")


def _imported(proposal: Proposal) -> dict[str, Any]:
    if proposal.kind is Kind.UPDATE:
        return {}
    return {
        "ResourcesToImport": [
            {
                "ResourceType": each.resource_type,
                "LogicalResourceId": each.logical_id,
                "ResourceIdentifier": dict(each.identifier),
            }
            for each in proposal.imported
        ]
    }
