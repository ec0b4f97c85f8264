"""Retries: whether a stage of a delivery pipeline that failed can be done again as it was."""

from collections.abc import Sequence
from dataclasses import dataclass

from mlops_gitops.diff.states import APPLY
from mlops_gitops.pipeline.delivery import APPROVE, SOURCE
from mlops_gitops.runs.execution import ActionRun, ActionStatus, Execution, ExecutionStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """What can be done about an execution that did not reach its end.

    Attributes:
        why: what happened, in a sentence.
        acts: whether the stage is tried again; else `next_step` is what to do.
    """

    pipeline: str
    execution_id: str
    stage: str
    why: str
    acts: bool
    next_step: str


def retry_for(
    pipeline: str,
    newest: Execution,
    actions: Sequence[ActionRun],
    *,
    deployable: Sequence[str],
    is_current: bool,
) -> Retry | None:
    """Say what can be done about a delivery pipeline; None where its newest execution succeeded.

    A stage is tried again whole: a new change set, and a new approval. Where git says something
    else by now, where a person refused, or where there is nothing to go on with, `apply` starts
    anew instead.

    Args:
        pipeline: its name.
        newest: execution, which is over.
        actions: what it did, oldest first.
        deployable: its stages that deploy.
        is_current: whether it carries what git says now.
    """
    failed = next((each for each in reversed(actions) if each.status is ActionStatus.FAILED), None)
    status = newest.status
    if status is ExecutionStatus.SUCCEEDED:
        return None
    if status is not ExecutionStatus.FAILED or failed is None or failed.stage not in deployable:
        where = f" in {SOURCE}" if failed is not None and failed.stage == SOURCE else ""
        why = f"The newest execution is {status.value}{where}."
        return _apply(pipeline, newest, "", why)
    if failed.action == APPROVE:
        return _apply(pipeline, newest, failed.stage, f"Nobody let it into {failed.stage}.")
    what = f"{failed.action} of {failed.stage} failed."
    if not is_current:
        return _apply(pipeline, newest, failed.stage, f"{what} Git says something else by now.")
    return Retry(
        pipeline=pipeline,
        execution_id=newest.id,
        stage=failed.stage,
        why=what,
        acts=True,
        next_step=f"Where it needs other files or settings instead, change them and {APPLY}.",
    )


def _apply(pipeline: str, newest: Execution, stage: str, why: str) -> Retry:
    return Retry(
        pipeline=pipeline,
        execution_id=newest.id,
        stage=stage,
        why=why,
        acts=False,
        next_step=APPLY,
    )
