"""Step Functions in memory: which state machines were run, where they are, and which fail."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from mlops_gitops.adapters.memory.atomic import atomic
from mlops_gitops.status.progress import RunProgress


@atomic
@dataclass(frozen=True, slots=True)
class MemoryMachines:
    """State machines by ARN.

    Attributes:
        failing: ARN -> why its next executions fail.
        steps: ARN -> where its next executions are, one after the other; they take no time
            where none are named.
        ran: ARNs in the order in which they were run.
        under_way: ARNs of executions -> where they are and will be.
    """

    failing: dict[str, str] = field(default_factory=dict)
    steps: dict[str, Sequence[RunProgress]] = field(default_factory=dict)
    ran: list[str] = field(default_factory=list)
    under_way: dict[str, list[RunProgress]] = field(default_factory=dict)

    def progress(self, account: str, execution: str) -> RunProgress | None:  # noqa: ARG002 - the ARN names the account, too
        """Say where an execution is, by its ARN; None before it has entered a state."""
        left = self.under_way.get(execution)
        return left[0] if left else None

    def start(self, machine: str, execution: str) -> None:
        """Start to run one."""
        self.ran.append(machine)
        self.under_way[execution] = list(self.steps.get(machine, ()))

    def is_over(self, execution: str) -> bool:
        """Whether nothing is left of an execution; the next step begins where something is."""
        left = self.under_way[execution]
        if left:
            left.pop(0)
        return not left
