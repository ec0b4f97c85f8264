"""Putting back what was changed outside of CloudFormation."""

from typing import Protocol

from mlops_gitops.desired.stack import DeployableStack, StackId


class Reverting(Protocol):
    """Drift-aware change sets: they start from what is there, not from what was deployed last.

    They are read like any other, by `Stacks.change_set`.
    """

    def propose(self, stack: DeployableStack, name: str, template_url: str) -> None:
        """Start to make a drift-aware change set of a stack that exists.

        Args:
            stack: what the stack is to be.
            name: of the change set; must be new to the stack.
            template_url: where a template lies that is too long to be sent; else empty.

        Raises:
            AwsError: CloudFormation does not take it, or there is no such stack.
        """

    def withdraw(self, id_: StackId, name: str) -> None:
        """Delete a change set, as a delivery pipeline's too; none to delete is no error."""

    def execute(self, id_: StackId, name: str) -> None:
        """Start to deploy a change set as it was made.

        Raises:
            AwsError: there is none, the stack moved since, or a gate stands before this stack.
        """
