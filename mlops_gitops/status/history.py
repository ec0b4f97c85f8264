"""History: what was deployed, from which commit, and who approved which digest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mlops_gitops.config.secrets import masked
from mlops_gitops.pipeline.approval import approved_digest, is_by_settings
from mlops_gitops.pipeline.authorship import is_author
from mlops_gitops.pipeline.delivery import APPROVE, DEPLOY, PLAN, UNSET, summary_variable
from mlops_gitops.runs.execution import (
    CREATED_WITH_PIPELINE,
    ActionRun,
    ActionStatus,
    Execution,
    ExecutionDetails,
    ExecutionStatus,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One answered approval.

    Attributes:
        digest: what it was given for; None if it came without one, as from the console.
        is_bound: whether that is the digest of what was deployed.
        by_author: whether whoever answered had written the commit, as far as names tell.
        by_settings: whether it says of itself that the settings let it through, and no person.
        summary: the approver's own text.
    """

    pipeline_stage: str
    approved: bool
    digest: str | None
    is_bound: bool
    by_author: bool
    by_settings: bool
    summary: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """One execution, as history tells it.

    Attributes:
        summaries: what the plan said would change, a line a stage, in the order of promotion.
        stages: pipeline stages that were deployed.
        failures: what failed and why, one text for each action; approvals tell theirs themselves.
        plan: SHA-256 of the stored plan; empty where none was stored.
    """

    execution_id: str
    status: ExecutionStatus
    started_at: datetime
    commit: str
    author: str
    digest: str
    summaries: tuple[str, ...]
    stages: tuple[str, ...]
    failures: tuple[str, ...]
    approvals: tuple[Answered, ...]
    plan: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPlan:
    """The plan that a deployment was started with, as it was written then.

    Attributes:
        content: None if there is none to show.
        missing: why there is none; empty if there is one.
    """

    content: bytes | None
    missing: str


def is_deployment(execution: Execution) -> bool:
    """Whether an execution carried a bundle; the one that comes with a new pipeline does not."""
    return execution.trigger != CREATED_WITH_PIPELINE


def deployment(
    execution: Execution,
    details: ExecutionDetails,
    actions: Sequence[ActionRun],
    stages: Sequence[str],
) -> Deployment:
    """Tell what an execution did.

    Args:
        execution: the execution.
        details: what it was started with.
        actions: what it did, oldest first.
        stages: names of our stages, in the order of promotion.
    """
    deployed = [
        run.stage
        for run in actions
        if run.action == DEPLOY and run.status is ActionStatus.SUCCEEDED
    ]
    told = (details.variables.get(summary_variable(stage), UNSET) for stage in stages)
    gates = [run for run in actions if run.action == APPROVE]
    decided = [run for run in gates if run.status is not ActionStatus.IN_PROGRESS]
    return Deployment(
        execution_id=execution.id,
        status=execution.status,
        started_at=execution.started_at,
        commit=details.variables.get("commit", ""),
        author=details.variables.get("author", ""),
        digest=details.variables.get("digest", ""),
        summaries=tuple(masked(text) for text in told if text != UNSET),
        stages=tuple(deployed),
        failures=tuple(
            f"{run.stage} {run.action}: {masked(run.error or run.summary)}"
            for run in actions
            if run.action != APPROVE and run.status is ActionStatus.FAILED
        ),
        approvals=tuple(_answered(run, details.variables) for run in decided),
        plan=details.variables.get(PLAN, UNSET).removeprefix(UNSET),
    )


def _answered(run: ActionRun, variables: Mapping[str, str]) -> Answered:
    digest, approved = approved_digest(run.summary), run.status is ActionStatus.SUCCEEDED
    return Answered(
        pipeline_stage=run.stage,
        approved=approved,
        digest=digest,
        is_bound=digest is not None and digest == variables.get("digest"),
        by_author=bool(run.updated_by) and is_author(variables.get("author", ""), run.updated_by),
        by_settings=approved and is_by_settings(run.summary),
        summary=masked(run.summary or run.error),
        by=run.updated_by,
        at=run.updated_at,
    )
