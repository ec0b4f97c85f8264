"""How executions move from stage to stage.

A `Draft` is a working copy that lives for one event only: the machine takes a state,
works on a draft of it, and gives back a new state.
"""

from __future__ import annotations

from dataclasses import replace

from mlops_gitops.emulator.codepipeline.declaration import Action, Mode, Pipeline, Stage
from mlops_gitops.emulator.codepipeline.events import (
    AbandonRun,
    Effect,
    Outcome,
    RunAction,
    Stamp,
)
from mlops_gitops.emulator.codepipeline.state import (
    ActionRun,
    Execution,
    ExecutionStatus,
    ExecutionType,
    PipelineState,
    RunStatus,
    StageStatus,
    Visit,
)


class Draft:
    """A working copy of a pipeline's state."""

    def __init__(self, state: PipelineState, stamp: Stamp) -> None:
        self.state = state
        self.at = stamp.at
        self.ids = iter(stamp.ids)
        self.executions = dict(state.executions)
        self.holders = dict(state.holders)
        self.inbound = {stage: list(waiting) for stage, waiting in state.inbound.items()}
        self.latest = dict(state.latest)
        self.effects: list[Effect] = []

    @property
    def pipeline(self) -> Pipeline:
        """The declaration that executions follow."""
        return self.state.pipeline

    def outcome(self) -> Outcome:
        """Give the new state and what to do."""
        state = replace(
            self.state,
            executions=self.executions,
            holders=self.holders,
            inbound={stage: tuple(ids) for stage, ids in self.inbound.items() if ids},
            latest=self.latest,
        )
        return Outcome(state=state, effects=tuple(self.effects))

    def put(self, execution: Execution) -> None:
        """Keep a changed execution."""
        self.executions[execution.id] = replace(execution, updated=self.at)

    def put_run(self, execution: Execution, run: ActionRun) -> Execution:
        """Keep a changed run, and give its execution as it is now."""
        runs = {**execution.runs, run.id: replace(run, updated=self.at)}
        self.put(replace(execution, runs=runs))
        return self.executions[execution.id]

    def put_visit(self, execution: Execution, visit: Visit) -> Execution:
        """Keep what became of the stage that the execution is in."""
        self.put(replace(execution, visits={**execution.visits, execution.stage: visit}))
        return self.executions[execution.id]


def arrive(draft: Draft, execution: Execution, stage: str) -> None:
    """Wait before a stage; where executions are superseded, older waiting ones end here."""
    waiting = draft.inbound.setdefault(stage, [])
    if draft.pipeline.mode is Mode.SUPERSEDED:
        for older in waiting:
            superseded = draft.executions[older]
            summary = f"Superseded by {execution.id}"
            draft.put(replace(superseded, status=ExecutionStatus.SUPERSEDED, summary=summary))
        waiting.clear()
    waiting.append(execution.id)
    draft.put(replace(execution, stage=stage))


def drain(draft: Draft) -> None:
    """Let in whoever may go in.

    From the last stage to the first: who waits between stages holds none, so entering
    one never frees another.
    """
    for stage in reversed(draft.pipeline.stages):
        waiting = draft.inbound.get(stage.name)
        if waiting and stage.name not in draft.holders and stage.name not in draft.state.disabled:
            execution = draft.executions[waiting.pop(0)]
            enter(draft, execution, Visit(status=StageStatus.IN_PROGRESS))


def enter(draft: Draft, execution: Execution, visit: Visit) -> None:
    """Take the lock of the stage where the execution is, and run what comes first."""
    draft.holders[execution.stage] = execution.id
    draft.latest[execution.stage] = execution.id
    advance(draft, draft.put_visit(execution, visit))


def advance(draft: Draft, execution: Execution) -> None:
    """Go on in a stage once nothing runs in it any more."""
    visit = execution.visits[execution.stage]
    runs = [execution.runs[run] for run in visit.runs]
    stage = draft.pipeline.stage(execution.stage)
    if stage is None or any(run.status is RunStatus.IN_PROGRESS for run in runs):
        return
    if any(run.status is not RunStatus.SUCCEEDED for run in runs):
        leave(draft, execution, StageStatus.FAILED, ExecutionStatus.FAILED)
    elif execution.status is ExecutionStatus.STOPPING:
        leave(draft, execution, StageStatus.STOPPED, ExecutionStatus.STOPPED)
    elif group := next_group(stage, {run.action for run in runs}):
        _start(draft, execution, group)
    else:
        _complete(draft, execution)


def next_group(stage: Stage, done: set[str]) -> list[Action]:
    """Give the actions with the lowest run order of those that are not done."""
    left = [action for action in stage.actions if action.name not in done]
    first = min((action.run_order for action in left), default=0)
    return [action for action in left if action.run_order == first]


def _start(draft: Draft, execution: Execution, group: list[Action]) -> None:
    for action in group:
        run_id = next(draft.ids)
        token = next(draft.ids) if action.is_approval else ""
        run = ActionRun(
            id=run_id,
            stage=execution.stage,
            action=action.name,
            status=RunStatus.IN_PROGRESS,
            started=draft.at,
            updated=draft.at,
            token=token,
            external_id=token,
        )
        visit = execution.visits[execution.stage]
        execution = draft.put_run(execution, run)
        execution = draft.put_visit(execution, replace(visit, runs=(*visit.runs, run_id)))
        draft.effects.append(RunAction(execution=execution.id, run=run_id))


def _complete(draft: Draft, execution: Execution) -> None:
    following = draft.pipeline.after(execution.stage)
    if following is None or execution.type is ExecutionType.ROLLBACK:
        leave(draft, execution, StageStatus.SUCCEEDED, ExecutionStatus.SUCCEEDED)
        return
    leave(draft, execution, StageStatus.SUCCEEDED, execution.status)
    arrive(draft, draft.executions[execution.id], following.name)


def leave(draft: Draft, execution: Execution, stage: StageStatus, status: ExecutionStatus) -> None:
    """Give the lock back. Also a failed stage unlocks."""
    visit = replace(execution.visits[execution.stage], status=stage)
    draft.put(replace(draft.put_visit(execution, visit), status=status))
    draft.holders.pop(execution.stage, None)


def break_off(
    draft: Draft, execution: Execution, stage: StageStatus, status: ExecutionStatus
) -> None:
    """End an execution where it is: what runs is abandoned, who waits waits no more."""
    waiting = draft.inbound.get(execution.stage, [])
    if execution.id in waiting:
        waiting.remove(execution.id)
        draft.put(replace(execution, status=status))
        return
    for run in execution.runs.values():
        if run.status is RunStatus.IN_PROGRESS:
            execution = draft.put_run(execution, replace(run, status=RunStatus.ABANDONED))
            draft.effects.append(AbandonRun(execution=execution.id, run=run.id))
    leave(draft, execution, stage, status)
