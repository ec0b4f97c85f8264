"""Progress: how far delivery pipelines are just now, as values."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from mlops_gitops.runs.execution import Execution, ExecutionStatus


class Standing(Enum):
    """How far a workload's newest visit to a stage is."""

    AHEAD = "not reached yet"
    RUNNING = "under way"
    APPROVAL = "waits for approval"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceProgress:
    """One resource of the stack under way, with CloudFormation's own status and reason."""

    logical_id: str
    resource_type: str
    status: str
    reason: str

    @property
    def is_moving(self) -> bool:
        """Whether CloudFormation is at work on it."""
        return self.status.endswith("_IN_PROGRESS")

    @property
    def has_failed(self) -> bool:
        """Whether it could not be made, changed or removed."""
        return self.status.endswith("_FAILED")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunProgress:
    """How far the state machine that a stage ends with is.

    Attributes:
        state: the state it is in, as the blueprint names it.
        job: name of the job it waits for; empty if for none.
    """

    state: str
    job: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageProgress:
    """One workload on its way through one stage.

    Attributes:
        execution_id: of the execution that holds or last held the stage; empty if none did.
        action: what the delivery pipeline does here; empty where it does nothing.
        token: of the approval that waits; empty if none does.
        newer: executions that wait to enter the stage, oldest first.
        resources: of the stack, while it is deployed.
        run: the state machine's, while it runs.
    """

    stage: str
    standing: Standing
    execution_id: str
    action: str = ""
    token: str = ""
    newer: tuple[str, ...] = ()
    resources: tuple[ResourceProgress, ...] = ()
    run: RunProgress | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkloadProgress:
    """One workload on its way.

    Attributes:
        name: full name.
        called: what commands call it.
        executions: deployments, newest first; those that are long over may be left out.
        stages: those that the delivery pipeline has, in the order of promotion.
        is_settled: whether nothing more happens without a person.
    """

    name: str
    called: str
    executions: tuple[Execution, ...]
    stages: tuple[StageProgress, ...]
    is_settled: bool

    @property
    def newest(self) -> Execution | None:
        """The newest deployment; None if there is none."""
        return self.executions[0] if self.executions else None

    def has_failed(self, execution_id: str) -> bool:
        """Whether an execution is over and did not succeed; one that waits at a gate is not."""
        found = (each.status for each in self.executions if each.id == execution_id)
        status = next(found, ExecutionStatus.SUCCEEDED)
        return status.is_over and status is not ExecutionStatus.SUCCEEDED


def is_held(executions: Sequence[Execution], stages: Sequence[StageProgress]) -> bool:
    """Whether every execution that is not over waits at a gate, or behind one."""
    gates = [stage for stage in stages if stage.standing is Standing.APPROVAL]
    held = {id_ for gate in gates for id_ in (gate.execution_id, *gate.newer)}
    return all(each.status.is_over or each.id in held for each in executions)
