"""Drift-aware change sets in a dict."""

from mlops_gitops.adapters.memory.stacks import MemoryStacks
from mlops_gitops.desired.stack import DeployableStack, StackId


class MemoryReverting:
    """Puts back what `MemoryStacks.by_hand` says that somebody changed."""

    def __init__(self, stacks: MemoryStacks) -> None:
        self._stacks = stacks

    def propose(self, stack: DeployableStack, name: str, template_url: str) -> None:
        """Start to make a drift-aware change set of a stack that exists."""
        self._stacks.propose(stack, name, template_url)
        self._stacks.look_at_drift(stack.id, name)

    def withdraw(self, id_: StackId, name: str) -> None:
        """Delete a change set; none to delete is no error."""
        self._stacks.withdraw(id_, name)

    def execute(self, id_: StackId, name: str) -> None:
        """Start to deploy a change set as it was made."""
        self._stacks.execute(id_, name)
