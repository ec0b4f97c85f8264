"""The state of a pipeline: its executions, what holds each stage, what waits before it.

Times are seconds since the epoch, as JSON 1.1 wants them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from mlops_gitops.emulator.codepipeline.declaration import Action, Mode, Pipeline, Stage


class ExecutionStatus(StrEnum):
    """PipelineExecutionStatus of the service model."""

    CANCELLED = "Cancelled"
    IN_PROGRESS = "InProgress"
    STOPPED = "Stopped"
    STOPPING = "Stopping"
    SUCCEEDED = "Succeeded"
    SUPERSEDED = "Superseded"
    FAILED = "Failed"


class StageStatus(StrEnum):
    """StageExecutionStatus of the service model, without Skipped: conditions are not emulated."""

    CANCELLED = "Cancelled"
    IN_PROGRESS = "InProgress"
    FAILED = "Failed"
    STOPPED = "Stopped"
    STOPPING = "Stopping"
    SUCCEEDED = "Succeeded"


class RunStatus(StrEnum):
    """ActionExecutionStatus of the service model."""

    IN_PROGRESS = "InProgress"
    ABANDONED = "Abandoned"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"


class ExecutionType(StrEnum):
    """Whether an execution runs the pipeline, or puts one stage back."""

    STANDARD = "STANDARD"
    ROLLBACK = "ROLLBACK"


ACTIVE = frozenset({ExecutionStatus.IN_PROGRESS, ExecutionStatus.STOPPING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """Where the bytes of an artifact lie; `revision` is the version id of the object."""

    name: str
    action: str
    account: str
    bucket: str
    key: str
    revision: str
    summary: str = ""
    created: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOverride:
    """What StartPipelineExecution was told to take instead of the latest revision."""

    revision_type: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why an action failed; `code` is one of FailureType."""

    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRun:
    """One run of one action.

    `checkpoint` is what the action says it has done, so that a run that is taken up
    again after a restart does not do it twice.
    """

    id: str
    stage: str
    action: str
    status: RunStatus
    started: float
    updated: float
    token: str = ""
    checkpoint: str = ""
    resolved: Mapping[str, str] = field(default_factory=dict)
    summary: str = ""
    external_id: str = ""
    external_url: str = ""
    failure: Failure | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    artifacts: tuple[Artifact, ...] = ()
    updated_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """An execution's stay in a stage; `runs` are those that count, so none that was retried."""

    status: StageStatus
    runs: tuple[str, ...] = ()
    retries: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """One execution of a pipeline. `stage` is where it is, or was last."""

    id: str
    version: int
    mode: Mode
    status: ExecutionStatus
    started: float
    updated: float
    stage: str
    trigger: str
    trigger_detail: str = ""
    type: ExecutionType = ExecutionType.STANDARD
    rollback_target: str = ""
    client_token: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    overrides: Mapping[str, SourceOverride] = field(default_factory=dict)
    visits: Mapping[str, Visit] = field(default_factory=dict)
    runs: Mapping[str, ActionRun] = field(default_factory=dict)
    artifacts: Mapping[str, Artifact] = field(default_factory=dict)
    outputs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    stop_reason: str | None = None
    summary: str = ""

    @property
    def is_active(self) -> bool:
        """Whether it may still run something."""
        return self.status in ACTIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """A disabled way into a stage."""

    reason: str
    by: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineState:
    """All there is to know of one pipeline. Executions are in the order they were started."""

    pipeline: Pipeline
    created: float
    updated: float
    earlier: tuple[Pipeline, ...] = ()
    executions: Mapping[str, Execution] = field(default_factory=dict)
    holders: Mapping[str, str] = field(default_factory=dict)
    inbound: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    latest: Mapping[str, str] = field(default_factory=dict)
    disabled: Mapping[str, Transition] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)

    def declared(self, run: ActionRun) -> tuple[Stage, Action] | None:
        """Give the declaration of a run's action, if the pipeline still has it."""
        stage = self.pipeline.stage(run.stage)
        action = stage.action(run.action) if stage else None
        return (stage, action) if stage and action else None
