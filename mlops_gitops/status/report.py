"""Status: what runs where, as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from mlops_gitops.config.said import listed
from mlops_gitops.diff.states import APPLY
from mlops_gitops.pipeline.approval import Expiry

APPROVAL = "approval"
"""What a stage waits for until somebody decides."""


class Sync(Enum):
    """Whether a stage runs what git says."""

    IN_SYNC = "in sync"
    OUT_OF_SYNC = "behind git"
    ABSENT = "not deployed"
    UNKNOWN = "busy"
    ORPHANED = "not in git"


class Health(Enum):
    """Whether what runs is well, from SageMaker's `EndpointStatus`."""

    HEALTHY = "healthy"
    PROGRESSING = "progressing"
    DEGRADED = "degraded"
    MISSING = "missing"
    SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a stage failed, and what to do.

    Attributes:
        what: `failed`, or `rejected` by a person.
        resource: logical id of the first resource that failed; empty if none did.
        reason: in the service's own words.
        next_step: the safe next command.
    """

    what: str
    resource: str
    reason: str
    next_step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Why nothing is deployed for now.

    Attributes:
        stage: which one; empty for all of them.
        is_suspended: whether it is suspended; else what is committed is refused.
        why: with who, since or until when, and the reason.
        until: when it ends by itself; None if it does not.
        resume: the command that ends it.
    """

    stage: str
    is_suspended: bool
    why: str
    until: datetime | None
    resume: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StageStatus:
    """One workload in one stage.

    Attributes:
        digest: of what is deployed; empty if nothing, or if another tool deployed it.
        facts: what runs, in the user's words, such as `InferenceInstance: ml.m5.large`.
        endpoint: name of the endpoint; empty if there is none.
        endpoint_status: SageMaker's own word.
        execution_id: the execution that holds or last held the stage; empty if none did.
        waiting: what the delivery pipeline waits for here; empty if for nothing.
        expiry: when the approval that waits here fails; None if none waits.
        newer: executions that wait behind the one that holds this stage.
        by_settings: whether the settings, and no person, let in what was let in last.
    """

    stage: str
    account: str
    stack: str
    stack_status: str
    sync: Sync
    health: Health
    digest: str
    facts: Mapping[str, str]
    endpoint: str
    endpoint_status: str
    execution_id: str
    waiting: str
    expiry: Expiry | None
    newer: tuple[str, ...]
    by_settings: bool
    failure: Failure | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkloadStatus:
    """One workload in all stages.

    Attributes:
        desired_digest: of the bundle that git makes; empty where no config declares it any more.
        called: what commands call it: its model's name, or the full one where several have that.
        execution_id: of the newest execution; empty if there is none.
        execution_status: CodePipeline's word on it.
        again: the command that brings it where git says: that retires it where no config
            declares it any more.
        failure: why it failed before it reached any stage; None if it did not.
        held: why nothing is deployed for now, as somebody suspended it or a stage of it, or
            rolled back from what is committed.
    """

    workload: str
    name: str
    called: str
    desired_digest: str
    execution_id: str
    execution_status: str
    started_at: datetime | None
    stages: tuple[StageStatus, ...]
    failure: Failure | None
    held: tuple[Held, ...] = ()
    again: str = APPLY

    @property
    def is_declared(self) -> bool:
        """Whether a config declares it."""
        return bool(self.desired_digest)

    @property
    def is_settled(self) -> bool:
        """Whether nothing more happens without a person.

        An approval that waits is not enough: a newer execution may still be on its way to it.
        """
        gates = [stage for stage in self.stages if stage.waiting == APPROVAL]
        if any(stage.waiting not in ("", APPROVAL) for stage in self.stages):
            return False
        is_held = any(self.execution_id in (gate.execution_id, *gate.newer) for gate in gates)
        return is_held or self.execution_status not in ("InProgress", "Stopping")


def health_of(endpoint_status: str) -> Health:
    """Map SageMaker's `EndpointStatus` (API model) to health."""
    match endpoint_status:
        case "InService":
            return Health.HEALTHY
        case "Creating" | "Updating" | "SystemUpdating" | "RollingBack":
            return Health.PROGRESSING
        case "":
            return Health.MISSING
        case _:
            return Health.DEGRADED


def standing(stages: Sequence[StageStatus]) -> str:
    """Say in one sentence which stages run what git says and which do not."""
    current = [stage.stage for stage in stages if stage.sync is Sync.IN_SYNC]
    others = [stage.stage for stage in stages if stage.sync is not Sync.IN_SYNC]
    failed = [stage.stage for stage in stages if stage.failure]
    if not others and failed:
        return f"All stages hold what git says, but it failed in {listed(failed)}."
    if not others:
        return "All stages run what git says."
    if not current:
        return "No stage runs what git says yet."
    verb = "is" if len(current) == 1 else "are"
    return f"{listed(current)} {verb} ahead of {listed(others)}."
