"""A caller."""

from dataclasses import dataclass

from mlops_gitops.adapters.memory.atomic import atomic


@atomic
@dataclass(frozen=True, slots=True)
class MemoryIdentity:
    """Always the same caller."""

    caller: str = "arn:aws:iam::111111111111:user/somebody"

    def arn(self) -> str:
        """Give the ARN of the caller."""
        return self.caller
