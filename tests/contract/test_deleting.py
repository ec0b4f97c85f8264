"""How a stack is deleted: by its own id, which no newer stack of that name has."""

from typing import TYPE_CHECKING, Any, cast

from mlops_gitops.adapters.aws.stacks import CloudFormationStacks
from mlops_gitops.desired.stack import StackId

if TYPE_CHECKING:
    from mlops_gitops.adapters.aws.session import Accounts

STACK = StackId("111111111111", "us-east-1", "mlops-pipeline-churn")
ARN = "arn:aws:cloudformation:us-east-1:111111111111:stack/mlops-pipeline-churn/6f1d"


class Recorded:
    """A client of CloudFormation that knows one stack, and remembers what it was asked."""

    def __init__(self) -> None:
        self.deleted: list[str] = []

    def describe_stacks(self, **_asked: Any) -> Any:
        """Tell of the stack."""
        told = {"StackName": STACK.name, "StackId": ARN, "StackStatus": "ROLLBACK_COMPLETE"}
        return {"Stacks": [told]}

    def delete_stack(self, **asked: Any) -> Any:
        """Remember what was to be deleted."""
        self.deleted.append(asked["StackName"])


class OneAccount:
    """Accounts with the one client."""

    region = STACK.region

    def __init__(self, client: Recorded) -> None:
        self._client = client

    def own(self, _service: str) -> Recorded:
        """Give it."""
        return self._client


def test_a_late_deletion_finds_no_newer_stack() -> None:
    """What AWS hears late, after the stack was made anew under its name, names the old one."""
    client = Recorded()
    stacks = CloudFormationStacks(cast("Accounts", OneAccount(client)), STACK.account)

    stacks.delete(STACK)

    assert client.deleted == [ARN]
