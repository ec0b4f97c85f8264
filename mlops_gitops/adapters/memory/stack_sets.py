"""StackSets in memory: an operation takes one look, and fails where a test says so."""

from collections.abc import Sequence
from dataclasses import replace

from mlops_gitops.adapters.memory.atomic import atomic
from mlops_gitops.desired.stack import DeployableStack
from mlops_gitops.diff.stack_set import (
    AccountResult,
    DeployedStackSet,
    Operation,
    OperationState,
)


@atomic
class MemoryStackSets:
    """An organization.

    Attributes:
        units: account -> the organizational unit that it is in.
        broken: account -> why its stack fails.
        calls: what was written, in order.
    """

    def __init__(self) -> None:
        self.units: dict[str, str] = {}
        self.broken: dict[str, str] = {}
        self.calls: list[str] = []
        self._sets: dict[str, DeployedStackSet] = {}
        self._operations: dict[str, list[Operation]] = {}

    def find(self, name: str) -> DeployedStackSet | None:
        """Find a StackSet; None for none by that name."""
        return self._sets.get(name)

    def create(self, stack: DeployableStack) -> None:
        """Make a StackSet that no account has yet."""
        self.calls.append("create")
        self._sets[stack.id.name] = _made(stack, ())

    def update(self, stack: DeployableStack) -> str:
        """Bring it up to date wherever it is."""
        self.calls.append("update")
        having = [each.account for each in self._sets[stack.id.name].accounts]
        self._sets[stack.id.name] = _made(stack, ())
        return self._deploy(stack.id.name, having)

    def add(self, name: str, units: Sequence[str], accounts: Sequence[str], region: str) -> str:  # noqa: ARG002 -- an organization has no regions
        """Make the stack in those accounts that are in one of the units."""
        self.calls.append("add")
        return self._deploy(name, [each for each in accounts if self.units.get(each) in units])

    def detach(self, name: str, account: str, region: str) -> str:  # noqa: ARG002 -- an organization has no regions
        """Forget an account's stack, which stays there as it is."""
        self.calls.append("detach")
        there = self._sets[name]
        left = tuple(each for each in there.accounts if each.account != account)
        self._sets[name] = replace(there, accounts=left)
        key = f"{name}-{len(self._operations)}"
        self._operations[key] = [Operation(state=OperationState.SUCCEEDED, results=())]
        return key

    def operation(self, name: str, operation: str) -> Operation:  # noqa: ARG002 -- ids are unique
        """Tell how an operation stands: it runs at the first look."""
        states = self._operations[operation]
        return states.pop(0) if len(states) > 1 else states[0]

    def _deploy(self, name: str, accounts: Sequence[str]) -> str:
        results = tuple(
            AccountResult(
                account=each, succeeded=each not in self.broken, reason=self.broken.get(each, "")
            )
            for each in accounts
        )
        there = self._sets[name]
        self._sets[name] = replace(there, accounts=(*there.accounts, *results))
        failed = any(not each.succeeded for each in results)
        state = OperationState.FAILED if failed else OperationState.SUCCEEDED
        key = f"{name}-{len(self._operations)}"
        self._operations[key] = [
            Operation(state=OperationState.RUNNING, results=()),
            Operation(state=state, results=results),
        ]
        return key


def _made(stack: DeployableStack, accounts: tuple[AccountResult, ...]) -> DeployedStackSet:
    return DeployedStackSet(
        name=stack.id.name,
        template=stack.template,
        parameters=dict(stack.parameters),
        tags=dict(stack.tags),
        accounts=accounts,
    )
