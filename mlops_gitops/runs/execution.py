"""Executions: what one run of a delivery pipeline did, stage by stage."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class ExecutionStatus(Enum):
    """CodePipeline's `PipelineExecutionStatus`."""

    CANCELLED = "Cancelled"
    IN_PROGRESS = "InProgress"
    STOPPED = "Stopped"
    STOPPING = "Stopping"
    SUCCEEDED = "Succeeded"
    SUPERSEDED = "Superseded"
    FAILED = "Failed"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self not in (ExecutionStatus.IN_PROGRESS, ExecutionStatus.STOPPING)


class ActionStatus(Enum):
    """CodePipeline's `ActionExecutionStatus`."""

    IN_PROGRESS = "InProgress"
    ABANDONED = "Abandoned"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"


CREATED_WITH_PIPELINE = "CreatePipeline"
"""Trigger of the execution that CodePipeline starts when a pipeline is made, before any bundle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """One run of a delivery pipeline.

    Attributes:
        bundle_version: S3 version id of the bundle it carries; empty until Source has run.
        trigger: CodePipeline's trigger type, such as `StartPipelineExecution`.
        started_at: with time zone.
    """

    id: str
    status: ExecutionStatus
    bundle_version: str
    trigger: str
    started_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRun:
    """One action of one execution.

    Attributes:
        summary: an approval's text, or what the provider said.
        error: why it failed; empty if it did not.
        updated_by: ARN of whoever decided an approval; empty where CodePipeline does not say.
        external_id: what it started elsewhere, such as a state machine's execution; empty if
            nothing, or where CodePipeline does not say yet.
    """

    execution_id: str
    stage: str
    action: str
    status: ActionStatus
    updated_at: datetime
    summary: str = ""
    error: str = ""
    updated_by: str = ""
    external_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageState:
    """What a stage of a pipeline holds just now.

    Attributes:
        execution_id: the execution that holds or last held the stage; empty if none did.
        waiting: executions that wait to enter, oldest first.
        approval_token: token of the pending approval; empty if none is pending.
        approval_since: when that approval began to wait.
    """

    stage: str
    execution_id: str
    status: str
    waiting: tuple[str, ...]
    actions: tuple[ActionRun, ...]
    approval_token: str = ""
    approval_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionDetails:
    """What an execution was started with."""

    id: str
    status: ExecutionStatus
    variables: Mapping[str, str]
    bundle_version: str
