"""What bootstrap needs from the outside world beside stacks."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from mlops_gitops.desired.stack import DeployableStack
from mlops_gitops.diff.stack_set import DeployedStackSet, Operation


class BroughtAlong(Protocol):
    """A bucket and a key that were there before us; they are looked at and never changed."""

    def bucket_policy(self, bucket: str) -> Mapping[str, Any] | None:
        """Read a bucket's policy; None if there is no such bucket, without statements for none.

        Raises:
            AwsError: it may not be read.
        """

    def is_versioned(self, bucket: str) -> bool:
        """Whether a bucket keeps every version of its objects."""

    def key_policy(self, arn: str) -> Mapping[str, Any]:
        """Read the policy of a key."""

    def key_of(self, bucket: str) -> str:
        """Give the ARN of the key that a bucket encrypts with by default; empty for none.

        Raises:
            AwsError: it may not be read, or there is no such bucket.
        """


class StackSets(Protocol):
    """Service-managed StackSets: one stack in each account of organizational units.

    Source: "Create StackSets with service-managed permissions" in the CloudFormation user guide.
    """

    def find(self, name: str) -> DeployedStackSet | None:
        """Find a StackSet with the accounts that have its stack; None for none by that name."""

    def create(self, stack: DeployableStack) -> None:
        """Make a StackSet that no account has yet."""

    def update(self, stack: DeployableStack) -> str:
        """Start to bring it up to date wherever it is; give the operation's id."""

    def add(self, name: str, units: Sequence[str], accounts: Sequence[str], region: str) -> str:
        """Start to make the stack in accounts, each of which has to be in one of the units."""

    def detach(self, name: str, account: str, region: str) -> str:
        """Start to forget an account's stack, which stays there as it is; give the operation's id.

        Source: DeleteStackInstances with RetainStacks, CloudFormation API reference.
        """

    def operation(self, name: str, operation: str) -> Operation:
        """Tell how an operation stands, and what it did in each account so far."""
