"""What StackSets are asked and answer; both are held to CloudFormation's shapes.

No emulator has them, so the adapter speaks to a client that answers as AWS documents it, and its
twin in memory is told the same story.
"""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from mlops_gitops.adapters.aws.stack_sets import CloudFormationStackSets
from mlops_gitops.adapters.memory.stack_sets import MemoryStackSets
from mlops_gitops.config.installation import Organizations
from mlops_gitops.desired.stack import DeployableStack, StackId
from mlops_gitops.diff.stack_set import AccountResult, DeployedStackSet, Operation, OperationState
from mlops_gitops.ports.bootstrap import StackSets

NAME, ORCHESTRATOR, DEV, PROD = "mlops-gitops-account", "1" * 12, "2" * 12, "4" * 12
TEMPLATE = {"Resources": {"Handle": {"Type": "AWS::CloudFormation::WaitConditionHandle"}}}
STACK = DeployableStack(
    id=StackId(ORCHESTRATOR, "us-east-1", NAME),
    template=TEMPLATE,
    parameters={"Prefix": "mlops-pipeline"},
    tags={"mlops-gitops:installation": "mlops-pipeline"},
    capabilities=("CAPABILITY_NAMED_IAM",),
)
DEFINITION = {
    "StackSetName": NAME,
    "TemplateBody": ANY,
    "Parameters": [{"ParameterKey": "Prefix", "ParameterValue": "mlops-pipeline"}],
    "Tags": [{"Key": "mlops-gitops:installation", "Value": "mlops-pipeline"}],
    "Capabilities": ["CAPABILITY_NAMED_IAM"],
    "ManagedExecution": {"Active": True},
}
EVERYWHERE = {"FailureTolerancePercentage": 100, "MaxConcurrentPercentage": 100}
GOOD = AccountResult(account=DEV, succeeded=True, reason="")
BAD = AccountResult(account=PROD, succeeded=False, reason="Role exists.")


class Stubbed:
    """One client of the caller's own; every answer has to be asked for, in its order."""

    def __init__(self) -> None:
        self._client = boto3.Session(region_name="us-east-1").client("cloudformation")
        self.stub = Stubber(self._client)

    def own(self, service: str) -> Any:
        """Give the client."""
        assert service == "cloudformation"
        return self._client


@pytest.fixture
def stubbed() -> Iterator[Stubbed]:
    """A client that is asked for all that was said."""
    made = Stubbed()
    with made.stub:
        yield made
        made.stub.assert_no_pending_responses()


def adapter(stubbed: Stubbed, whom: Organizations = Organizations.SELF) -> CloudFormationStackSets:
    """Give the adapter."""
    accounts: Any = stubbed
    return CloudFormationStackSets(accounts, whom)


def story(sets: StackSets) -> tuple[Any, ...]:
    """Make a StackSet, put it into two accounts of which one fails, look again, update it."""
    before = sets.find(NAME)
    sets.create(STACK)
    added = sets.add(NAME, ["ou-ab12-live"], [DEV, PROD], "us-east-1")
    first, ended = sets.operation(NAME, added), sets.operation(NAME, added)
    found = sets.find(NAME)
    updated = sets.update(STACK)
    sets.operation(NAME, updated)
    return before, first, ended, found, sets.operation(NAME, updated).state


EXPECTED = (
    None,
    Operation(state=OperationState.RUNNING, results=()),
    Operation(state=OperationState.FAILED, results=(GOOD, BAD)),
    DeployedStackSet(
        name=NAME,
        template=TEMPLATE,
        parameters=STACK.parameters,
        tags=STACK.tags,
        accounts=(GOOD, BAD),
    ),
    OperationState.FAILED,
)


def test_the_twin_tells_the_story() -> None:
    """In memory as at AWS."""
    sets = MemoryStackSets()
    sets.units = {DEV: "ou-ab12-live", PROD: "ou-ab12-live"}
    sets.broken = {PROD: "Role exists."}

    assert story(sets) == EXPECTED


@pytest.mark.parametrize("whom", Organizations)
def test_the_adapter_tells_the_story(stubbed: Stubbed, whom: Organizations) -> None:
    """Service-managed, to named accounts of named units only, in whose name the settings say."""
    stub = stubbed.stub
    as_whom = {"CallAs": {"self": "SELF", "delegated": "DELEGATED_ADMIN"}[whom.value]}
    asked = {"StackSetName": NAME, **as_whom}
    _made(stub, asked, as_whom)
    _operation(stub, asked, "op-1", "RUNNING")
    _operation(stub, asked, "op-1", "FAILED", (DEV, "SUCCEEDED", ""), (PROD, "FAILED", BAD.reason))
    _found(stub, asked)
    updating = {**DEFINITION, **as_whom, "OperationPreferences": EVERYWHERE}
    stub.add_response("update_stack_set", {"OperationId": "op-2"}, updating)
    _operation(stub, asked, "op-2", "QUEUED")
    _operation(stub, asked, "op-2", "STOPPED")

    assert story(adapter(stubbed, whom)) == EXPECTED


def _made(stub: Stubber, asked: Any, as_whom: Any) -> None:
    missing = "StackSetNotFoundException"
    stub.add_client_error("describe_stack_set", missing, expected_params=asked)
    made = {"PermissionModel": "SERVICE_MANAGED", "AutoDeployment": {"Enabled": False}}
    definition = {**DEFINITION, **as_whom, **made}
    stub.add_response("create_stack_set", {"StackSetId": f"{NAME}:1"}, definition)
    targets = {
        "OrganizationalUnitIds": ["ou-ab12-live"],
        "Accounts": [DEV, PROD],
        "AccountFilterType": "INTERSECTION",
    }
    added = {
        **asked,
        "DeploymentTargets": targets,
        "Regions": ["us-east-1"],
        "OperationPreferences": EVERYWHERE,
    }
    stub.add_response("create_stack_instances", {"OperationId": "op-1"}, added)


def _found(stub: Stubber, asked: Any) -> None:
    told = {key: DEFINITION[key] for key in ("StackSetName", "Parameters", "Tags")}
    found = {"StackSet": {**told, "TemplateBody": json.dumps(TEMPLATE)}}
    stub.add_response("describe_stack_set", found, asked)
    good = {"Account": DEV, "Status": "CURRENT"}
    bad = {"Account": PROD, "Status": "OUTDATED", "StatusReason": BAD.reason}
    page = {"Summaries": [good], "NextToken": "more"}
    stub.add_response("list_stack_instances", page, asked)
    rest = {**asked, "NextToken": "more"}
    stub.add_response("list_stack_instances", {"Summaries": [bad]}, rest)


def _operation(stub: Stubber, asked: Any, name: str, status: str, *results: Any) -> None:
    stub.add_response(
        "describe_stack_set_operation",
        {"StackSetOperation": {"OperationId": name, "Status": status}},
        {**asked, "OperationId": name},
    )
    stub.add_response(
        "list_stack_set_operation_results",
        {
            "Summaries": [
                {"Account": account, "Status": each, "StatusReason": reason}
                for account, each, reason in results
            ]
        },
        {**asked, "OperationId": name},
    )
