"""Repairs: what can be done about a workload, and what came of it."""

from dataclasses import dataclass

from mlops_gitops.status.remedy import Remedy, Step
from mlops_gitops.status.retry import Retry


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What is wrong with a workload, and what can safely be done about it.

    Attributes:
        name: full name of the workload, or of the stack that was named.
        again: the command that brings it where git says, once nothing is stuck.
        remedies: one for each stack that is there, those of the stages first.
        retry: what can be done about the delivery pipeline; None where nothing failed in it, or
            the stacks come first.
    """

    name: str
    again: str
    remedies: tuple[Remedy, ...]
    retry: Retry | None = None

    @property
    def acts(self) -> bool:
        """Whether anything would be done."""
        return any(each.acts for each in self.remedies) or (
            self.retry is not None and self.retry.acts
        )

    @property
    def is_well(self) -> bool:
        """Whether there is nothing to mend."""
        healthy = all(each.step is Step.NOTHING for each in self.remedies)
        return healthy and self.retry is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """What became of one stack or stage.

    Attributes:
        status: of the stack afterwards, `gone` where there is none any more; of a stage that is
            tried again, that it is.
        failure: why it could not be mended; empty if it could.
        exit_code: what a command ends with that does nothing else.
        next_step: what to do now.
    """

    what: str
    done: str
    status: str
    next_step: str
    failure: str = ""
    exit_code: int = 0
