"""What can happen to a pipeline, and what then has to be done."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mlops_gitops.emulator.codepipeline.declaration import Pipeline
from mlops_gitops.emulator.codepipeline.state import (
    Artifact,
    Failure,
    PipelineState,
    SourceOverride,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """When something happened, and fresh ids for the runs that it starts."""

    at: float
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """An execution was asked for."""

    execution: str
    trigger: str
    detail: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    overrides: Mapping[str, SourceOverride] = field(default_factory=dict)
    client_token: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progressed:
    """A run said how far it is; None leaves a field as it was."""

    execution: str
    run: str
    resolved: Mapping[str, str] | None = None
    checkpoint: str | None = None
    external_id: str | None = None
    external_url: str | None = None
    summary: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Succeeded:
    """A run ended well."""

    execution: str
    run: str
    summary: str = ""
    external_id: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    artifacts: tuple[Artifact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A run ended badly."""

    execution: str
    run: str
    failure: Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalGiven:
    """A person approved or rejected."""

    stage: str
    action: str
    token: str
    approved: bool
    summary: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalExpired:
    """Nobody answered in time."""

    execution: str
    run: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRequested:
    """An execution is to stop: after its running actions, or with them abandoned."""

    execution: str
    abandon: bool
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retried:
    """A failed stage is to run again: `whole` is ALL_ACTIONS, otherwise FAILED_ACTIONS."""

    stage: str
    execution: str
    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RolledBack:
    """A stage is to go back to what an earlier execution deployed there."""

    stage: str
    target: str
    execution: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransitionDisabled:
    """Nothing may enter a stage any more."""

    stage: str
    reason: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransitionEnabled:
    """Executions may enter a stage again."""

    stage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionUpdated:
    """The pipeline has a new declaration, of the next version."""

    pipeline: Pipeline


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionDeleted:
    """The pipeline is to go; what runs is cancelled first."""


Event = (
    Started
    | Progressed
    | Succeeded
    | Failed
    | ApprovalGiven
    | ApprovalExpired
    | StopRequested
    | Retried
    | RolledBack
    | TransitionDisabled
    | TransitionEnabled
    | DefinitionUpdated
    | DefinitionDeleted
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunAction:
    """Run this action now."""

    execution: str
    run: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AbandonRun:
    """Stop caring about this run; what it started elsewhere goes on, as on AWS."""

    execution: str
    run: str


Effect = RunAction | AbandonRun


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The state after an event, and what to do about it."""

    state: PipelineState
    effects: tuple[Effect, ...] = ()
