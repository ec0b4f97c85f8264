"""Step Functions in memory: which state machines were run, and which of them fail."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class MemoryMachines:
    """State machines by ARN.

    Attributes:
        failing: ARN -> why its next executions fail.
        ran: ARNs in the order in which they were run.
    """

    failing: dict[str, str] = field(default_factory=dict)
    ran: list[str] = field(default_factory=list)

    def run(self, arn: str) -> str | None:
        """Run one; why it failed, None if it did not."""
        self.ran.append(arn)
        return self.failing.get(arn)
