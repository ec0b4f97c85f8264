"""The pure state machine: a state and an event give a new state and what to do about it.

No clock, no chance, no I/O: times and ids come in the `Stamp`. After AWS's pages "How
pipeline executions work", "Execution modes" and "Stage rollback", and the service model.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from mlops_gitops.emulator.codepipeline import events
from mlops_gitops.emulator.codepipeline.declaration import Mode
from mlops_gitops.emulator.codepipeline.errors import ApiError
from mlops_gitops.emulator.codepipeline.flow import Draft, advance, arrive, break_off, drain, enter
from mlops_gitops.emulator.codepipeline.state import (
    ActionRun,
    Execution,
    ExecutionStatus,
    ExecutionType,
    Failure,
    PipelineState,
    RunStatus,
    StageStatus,
    Transition,
    Visit,
)

if TYPE_CHECKING:
    from mlops_gitops.emulator.codepipeline.events import Event, Outcome, Stamp

DEFAULT_APPROVAL_MINUTES = 7 * 24 * 60
MAX_QUEUED = 50


def ids_needed(state: PipelineState) -> int:
    """Say how many fresh ids a stamp must carry.

    An event starts each action of the pipeline once at most, and an approval takes a
    token too.
    """
    return sum(1 + action.is_approval for s in state.pipeline.stages for action in s.actions)


def step(state: PipelineState, event: Event, stamp: Stamp) -> Outcome:
    """Let an event happen.

    Raises:
        ApiError: The API would refuse it; the state is as it was.
    """
    draft = Draft(state, stamp)
    match event:
        case events.Started():
            _started(draft, event)
        case events.Progressed() | events.Succeeded() | events.Failed() | events.ApprovalExpired():
            _run_event(draft, event)
        case events.ApprovalGiven():
            _approval(draft, event)
        case events.StopRequested():
            _stop(draft, event)
        case events.Retried():
            _retry(draft, event)
        case events.RolledBack():
            _roll_back(draft, event)
        case events.TransitionDisabled() | events.TransitionEnabled():
            _transition(draft, event)
        case events.DefinitionUpdated():
            _update(draft, event)
        case events.DefinitionDeleted():
            _cancel_all(draft, "The pipeline was deleted.")
        case _:
            assert_never(event)
    drain(draft)
    return draft.outcome()


def overdue(state: PipelineState, at: float) -> list[events.ApprovalExpired]:
    """Give the approvals nobody answered in time."""
    late = []
    for execution in state.executions.values():
        if not execution.is_active:
            continue
        for run in execution.runs.values():
            declared = state.declared(run)
            if run.status is RunStatus.IN_PROGRESS and run.token and declared:
                minutes = declared[1].timeout_minutes or DEFAULT_APPROVAL_MINUTES
                if at >= run.started + 60 * minutes:
                    late.append(events.ApprovalExpired(execution=execution.id, run=run.id))
    return late


def _started(draft: Draft, event: events.Started) -> None:
    tokens = {execution.client_token for execution in draft.executions.values()}
    if event.client_token and event.client_token in tokens:
        return  # the same request again
    active = sum(execution.is_active for execution in draft.executions.values())
    if draft.pipeline.mode is Mode.QUEUED and active >= MAX_QUEUED:
        raise ApiError(
            "ConcurrentPipelineExecutionsLimitExceededException",
            f"The pipeline has reached the limit of {MAX_QUEUED} concurrent executions.",
        )
    first = draft.pipeline.stages[0].name
    execution = Execution(
        id=event.execution,
        version=draft.pipeline.version,
        mode=draft.pipeline.mode,
        status=ExecutionStatus.IN_PROGRESS,
        started=draft.at,
        updated=draft.at,
        stage=first,
        trigger=event.trigger,
        trigger_detail=event.detail,
        client_token=event.client_token,
        variables=event.variables,
        overrides=event.overrides,
    )
    arrive(draft, execution, first)


def _run_event(
    draft: Draft,
    event: events.Progressed | events.Succeeded | events.Failed | events.ApprovalExpired,
) -> None:
    execution = draft.executions.get(event.execution)
    run = execution.runs.get(event.run) if execution else None
    if execution is None or run is None or run.status is not RunStatus.IN_PROGRESS:
        return  # abandoned meanwhile: what it says no longer matters
    match event:
        case events.Progressed():
            draft.put_run(execution, _progressed(run, event))
        case events.Succeeded():
            _succeed(draft, execution, run, event)
        case events.Failed():
            _fail(draft, execution, run, event.failure)
        case events.ApprovalExpired():
            expired = Failure(code="JobFailed", message="The approval action has timed out.")
            _fail(draft, execution, run, expired)
        case _:
            assert_never(event)


def _progressed(run: ActionRun, event: events.Progressed) -> ActionRun:
    return replace(
        run,
        resolved=run.resolved if event.resolved is None else event.resolved,
        checkpoint=run.checkpoint if event.checkpoint is None else event.checkpoint,
        external_id=run.external_id if event.external_id is None else event.external_id,
        external_url=run.external_url if event.external_url is None else event.external_url,
        summary=run.summary if event.summary is None else event.summary,
    )


def _succeed(draft: Draft, execution: Execution, run: ActionRun, event: events.Succeeded) -> None:
    done = replace(
        run,
        status=RunStatus.SUCCEEDED,
        summary=event.summary,
        external_id=event.external_id or run.external_id,
        variables=event.variables,
        artifacts=event.artifacts,
    )
    declared = draft.state.declared(run)
    outputs = dict(execution.outputs)
    if declared and declared[1].namespace:
        outputs[declared[1].namespace] = event.variables
    artifacts = {**execution.artifacts, **{a.name: a for a in event.artifacts}}
    advance(draft, draft.put_run(replace(execution, outputs=outputs, artifacts=artifacts), done))


def _fail(draft: Draft, execution: Execution, run: ActionRun, failure: Failure) -> None:
    failed = replace(run, status=RunStatus.FAILED, failure=failure, summary=failure.message)
    advance(draft, draft.put_run(execution, failed))


def _approval(draft: Draft, event: events.ApprovalGiven) -> None:
    asked = [
        (execution, run)
        for execution in draft.executions.values()
        for run in execution.runs.values()
        if run.token == event.token and (run.stage, run.action) == (event.stage, event.action)
    ]
    if not asked:
        raise ApiError("InvalidApprovalTokenException", "Invalid approval token")
    execution, run = asked[0]
    if run.status is not RunStatus.IN_PROGRESS:
        raise ApiError(
            "ApprovalAlreadyCompletedException", "The approval action has already been completed"
        )
    status = RunStatus.SUCCEEDED if event.approved else RunStatus.FAILED
    rejected = f"Rejected by {event.by}"
    failure = None if event.approved else Failure(code="JobFailed", message=rejected)
    answered = replace(
        run, status=status, summary=event.summary, updated_by=event.by, failure=failure
    )
    advance(draft, draft.put_run(execution, answered))


def _stop(draft: Draft, event: events.StopRequested) -> None:
    execution = draft.executions[event.execution]
    if not execution.is_active:
        raise ApiError(
            "PipelineExecutionNotStoppableException",
            f"The pipeline execution is in a {execution.status} state and cannot be stopped.",
        )
    if execution.status is ExecutionStatus.STOPPING and not event.abandon:
        raise ApiError(
            "DuplicatedStopRequestException",
            "The pipeline execution is already in a Stopping state.",
        )
    execution = replace(execution, stop_reason=event.reason)
    holds = draft.holders.get(execution.stage) == execution.id
    if event.abandon or not holds:
        break_off(draft, execution, StageStatus.STOPPED, ExecutionStatus.STOPPED)
        return
    visit = replace(execution.visits[execution.stage], status=StageStatus.STOPPING)
    draft.put_visit(replace(execution, status=ExecutionStatus.STOPPING), visit)


def _retry(draft: Draft, event: events.Retried) -> None:
    execution = draft.executions[event.execution]
    if draft.latest.get(event.stage) != execution.id:
        raise ApiError(
            "NotLatestPipelineExecutionException",
            "The stage has been entered by a later pipeline execution.",
        )
    visit = execution.visits[event.stage]
    ended = visit.status in {StageStatus.FAILED, StageStatus.STOPPED}
    if not ended or execution.is_active or execution.version != draft.pipeline.version:
        raise ApiError(
            "StageNotRetryableException",
            "Unable to retry. The pipeline structure or stage state might have changed while "
            "actions awaited retry, or the stage contains no failed actions.",
        )
    good = tuple(r for r in visit.runs if execution.runs[r].status is RunStatus.SUCCEEDED)
    again = Visit(
        status=StageStatus.IN_PROGRESS,
        runs=() if event.whole else good,
        retries=visit.retries + 1,
    )
    resumed = replace(
        execution, status=ExecutionStatus.IN_PROGRESS, stage=event.stage, stop_reason=None
    )
    enter(draft, resumed, again)


def _roll_back(draft: Draft, event: events.RolledBack) -> None:
    target = draft.executions[event.target]
    visit = target.visits.get(event.stage)
    if target.version != draft.pipeline.version:
        raise ApiError(
            "PipelineExecutionOutdatedException",
            "The target pipeline execution was started with an earlier pipeline structure.",
        )
    refusal = None
    if event.stage == draft.pipeline.stages[0].name:
        refusal = "A source stage cannot be rolled back."
    elif target.type is ExecutionType.ROLLBACK:
        refusal = "The target pipeline execution is itself a rollback."
    elif visit is None or visit.status is not StageStatus.SUCCEEDED:
        refusal = f"The target pipeline execution did not succeed in stage {event.stage}."
    elif event.stage in draft.holders:
        refusal = f"Stage {event.stage} is in progress."
    if refusal:
        raise ApiError("UnableToRollbackStageException", f"Unable to roll back. {refusal}")
    rollback = Execution(
        id=event.execution,
        version=target.version,
        mode=target.mode,
        status=ExecutionStatus.IN_PROGRESS,
        started=draft.at,
        updated=draft.at,
        stage=event.stage,
        trigger="ManualRollback",
        trigger_detail=event.detail,
        type=ExecutionType.ROLLBACK,
        rollback_target=target.id,
        variables=target.variables,
        artifacts=target.artifacts,
        outputs=target.outputs,
    )
    enter(draft, rollback, Visit(status=StageStatus.IN_PROGRESS))


def _transition(draft: Draft, event: events.TransitionDisabled | events.TransitionEnabled) -> None:
    disabled = {s: gate for s, gate in draft.state.disabled.items() if s != event.stage}
    if isinstance(event, events.TransitionDisabled):
        disabled[event.stage] = Transition(reason=event.reason, by=event.by, at=draft.at)
    draft.state = replace(draft.state, disabled=disabled)


def _update(draft: Draft, event: events.DefinitionUpdated) -> None:
    _cancel_all(draft, "The pipeline definition was updated.")
    old = draft.state
    kept = {stage.name for stage in event.pipeline.stages}
    draft.state = replace(
        old,
        pipeline=event.pipeline,
        earlier=(*old.earlier, old.pipeline),
        updated=draft.at,
        disabled={stage: gate for stage, gate in old.disabled.items() if stage in kept},
    )
    draft.latest = {s: execution for s, execution in draft.latest.items() if s in kept}


def _cancel_all(draft: Draft, why: str) -> None:
    for execution in list(draft.executions.values()):
        if execution.is_active:
            cancelled = replace(execution, summary=why)
            break_off(draft, cancelled, StageStatus.CANCELLED, ExecutionStatus.CANCELLED)
