"""Diagnoses: why a workload is not as it should be, and what it costs meanwhile."""

from dataclasses import dataclass

from mlops_gitops.status.report import Health, Sync


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """The last lines of a program.

    Attributes:
        group: CloudWatch's log group.
        missing: why there are none; empty where there are.
    """

    group: str
    lines: tuple[str, ...] = ()
    missing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageDiagnosis:
    """One stage of a workload.

    Attributes:
        stack_status: CloudFormation's word.
        resource: the first resource that failed, as `Name (type)`; empty if none did.
        reason: why, in the words of whoever refused; empty if nothing failed.
        service_reason: what SageMaker itself says of the endpoint; empty if nothing more.
        log: of what failed; None where nothing has a log.
        running: what runs here and costs, each in a line.
        waiting: what the delivery pipeline waits for here; empty if for nothing.
        next_step: the exact next command; empty where there is nothing to do.
    """

    stage: str
    account: str
    stack: str
    stack_status: str
    sync: Sync
    health: Health
    resource: str
    reason: str
    service_reason: str
    log: Log | None
    running: tuple[str, ...]
    waiting: str
    next_step: str

    @property
    def is_well(self) -> bool:
        """Whether there is nothing to tell but what runs."""
        return not (self.reason or self.service_reason or self.next_step or self.waiting)


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """One workload.

    Attributes:
        failure: why it failed before it reached any stage; empty if it did not.
        next_step: the first thing to do; empty where all is well.
    """

    workload: str
    name: str
    execution_id: str
    execution_status: str
    failure: str
    stages: tuple[StageDiagnosis, ...]
    next_step: str
