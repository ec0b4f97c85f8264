"""CodePipeline for tests: the embedded AWS's pure state machine, its actions done in memory.

What it has and the in-memory twin has not: retries of a stage, rollbacks, stops.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count

from mlops_gitops.adapters.memory.actions import Actions, Failed
from mlops_gitops.adapters.memory.delivery import Action, Definition, Run
from mlops_gitops.emulator.codepipeline import declaration, events
from mlops_gitops.emulator.codepipeline.errors import ApiError
from mlops_gitops.emulator.codepipeline.machine import ids_needed, step
from mlops_gitops.emulator.codepipeline.state import (
    ActionRun as MachineRun,
)
from mlops_gitops.emulator.codepipeline.state import (
    Execution as MachineExecution,
)
from mlops_gitops.emulator.codepipeline.state import (
    Failure,
    PipelineState,
    RunStatus,
    SourceOverride,
)
from mlops_gitops.errors import Blocked
from mlops_gitops.pipeline.approval import Answer, Decision
from mlops_gitops.runs.execution import (
    CREATED_WITH_PIPELINE,
    ActionRun,
    ActionStatus,
    Execution,
    ExecutionDetails,
    ExecutionStatus,
    StageState,
)
from mlops_gitops.runs.start import StartRequest

_KINDS = {
    "S3": ("Source", "AWS", "S3"),
    "Manual": ("Approval", "AWS", "Manual"),
    "StepFunctions": ("Invoke", "AWS", "StepFunctions"),
}
_STACKS = ("Deploy", "AWS", "CloudFormation")


class MachinePipelines:
    """The port `Pipelines` over the pure machine.

    Args:
        actions: what the actions do.
        now: gives the time.
        mode: what becomes of executions that meet.
    """

    def __init__(
        self,
        actions: Actions,
        now: Callable[[], datetime],
        mode: declaration.Mode = declaration.Mode.QUEUED,
    ) -> None:
        self.states: dict[str, PipelineState] = {}
        self._actions = actions
        self._now = now
        self._mode = mode
        self._definitions: dict[str, Definition] = {}
        self._carried: dict[str, Run] = {}
        self._begun: set[str] = set()
        self._fresh = count(1)

    def define(self, definition: Definition) -> None:
        """Create a pipeline, which starts it, or change it, which cancels what runs."""
        name, at = definition.name, self._now().timestamp()
        self._definitions[name] = definition
        if there := self.states.get(name):
            made = _pipeline(definition, self._mode, there.pipeline.version + 1)
            self.happen(name, events.DefinitionUpdated(pipeline=made))
            return
        made = _pipeline(definition, self._mode, 1)
        self.states[name] = PipelineState(pipeline=made, created=at, updated=at)
        self.happen(name, events.Started(execution=self.fresh(), trigger=CREATED_WITH_PIPELINE))

    def names(self) -> tuple[str, ...]:
        """List the pipelines that there are."""
        return tuple(self.states)

    def start(self, pipeline: str, request: StartRequest) -> str:
        """Start an execution, once for each token; give its id.

        Raises:
            Blocked: fifty wait already.
        """
        wanted = SourceOverride(revision_type="S3_OBJECT_VERSION_ID", value=request.bundle_version)
        event = events.Started(
            execution=self.fresh(),
            trigger="StartPipelineExecution",
            variables=request.variables,
            overrides={"Source": wanted},
            client_token=request.token,
        )
        try:
            self.happen(pipeline, event)
        except ApiError as error:
            raise Blocked(error.message, hint="Let some of them end.") from error
        found = self.states[pipeline].executions.values()
        return next(one.id for one in found if one.client_token == request.token)

    def decide(self, pipeline: str, decision: Decision) -> None:
        """Answer a pending approval.

        Raises:
            Blocked: the approval is not pending any more.
        """
        event = events.ApprovalGiven(
            stage=decision.pipeline_stage,
            action=decision.action,
            token=decision.token,
            approved=decision.answer is Answer.APPROVED,
            summary=decision.summary,
            by="somebody",
        )
        try:
            self.happen(pipeline, event)
        except ApiError as error:
            raise Blocked(error.message, hint="Look again.") from error

    def executions(self, pipeline: str) -> tuple[Execution, ...]:
        """List executions, newest first; empty if there is no such pipeline."""
        state = self.states.get(pipeline)
        found = reversed(state.executions.values()) if state else ()
        return tuple(
            Execution(
                id=one.id,
                status=ExecutionStatus(one.status.value),
                bundle_version=self._run(one).bundle_version,
                trigger=one.trigger,
                started_at=_time(one.started),
            )
            for one in found
        )

    def details(self, pipeline: str, execution_id: str) -> ExecutionDetails:
        """Read what an execution was started with."""
        one = self.states[pipeline].executions[execution_id]
        return ExecutionDetails(
            id=one.id,
            status=ExecutionStatus(one.status.value),
            variables={**self._definitions[pipeline].defaults, **one.variables},
            bundle_version=self._run(one).bundle_version,
        )

    def state(self, pipeline: str) -> tuple[StageState, ...]:
        """Read what each stage holds; empty if there is no such pipeline."""
        state = self.states.get(pipeline)
        return tuple(_stage(state, each.name) for each in state.pipeline.stages) if state else ()

    def actions(self, pipeline: str, execution_id: str) -> tuple[ActionRun, ...]:
        """List what an execution did, oldest first."""
        one = self.states[pipeline].executions[execution_id]
        return tuple(replace(_told(run), execution_id=one.id) for run in one.runs.values())

    def advance(self) -> bool:
        """Take every action that runs one step further, oldest first; whether any moved."""
        running = [
            (name, execution.id, run.id)
            for name, state in self.states.items()
            for execution in state.executions.values()
            for run in execution.runs.values()
            if run.status is RunStatus.IN_PROGRESS and not run.token
        ]
        moved = [self._act(*each) for each in running]
        return any(moved)

    def happen(self, pipeline: str, event: events.Event) -> None:
        """Let an event happen.

        Raises:
            ApiError: the API would refuse it.
        """
        state = self.states[pipeline]
        ids = tuple(self.fresh() for _ in range(ids_needed(state)))
        stamp = events.Stamp(at=self._now().timestamp(), ids=ids)
        self.states[pipeline] = step(state, event, stamp).state

    def fresh(self) -> str:
        """Make an id that nothing else has."""
        return f"{next(self._fresh):08d}-0000-4000-8000-000000000000"

    def _act(self, pipeline: str, execution: str, run: str) -> bool:
        one = self.states[pipeline].executions[execution]
        at = one.runs[run]
        if at.status is not RunStatus.IN_PROGRESS:
            return False  # what another one did has ended it
        definition, carried = self._definitions[pipeline], self._run(one)
        action = _action(definition, at)
        began = run not in self._begun
        self._begun.add(run)
        act = self._actions.begin if began else self._actions.is_done
        try:
            done = act(definition, carried, action)
        except Failed as failure:
            why = Failure(code="JobFailed", message=str(failure))
            self.happen(pipeline, events.Failed(execution=execution, run=run, failure=why))
            return True
        if done:
            self.happen(pipeline, events.Succeeded(execution=execution, run=run))
        return began or done

    def _run(self, one: MachineExecution) -> Run:
        """Give what the actions know of an execution; a rollback has the bundle of its target."""
        if one.id not in self._carried:
            target = self._carried.get(one.rollback_target)
            wanted = one.overrides["Source"].value if "Source" in one.overrides else ""
            self._carried[one.id] = Run(
                id=one.id,
                trigger=one.trigger,
                started_at=_time(one.started),
                wanted=wanted,
                variables=one.variables,
                bundle_version=target.bundle_version if target else "",
            )
        return self._carried[one.id]


def _pipeline(definition: Definition, mode: declaration.Mode, version: int) -> declaration.Pipeline:
    return declaration.Pipeline(
        name=definition.name,
        version=version,
        role_arn="",
        mode=mode,
        is_v2=True,
        stages=tuple(_declared(definition, stage) for stage in definition.stages),
        defaults=definition.defaults,
    )


def _declared(definition: Definition, stage: str) -> declaration.Stage:
    actions = [each for each in definition.actions if each.stage == stage]
    return declaration.Stage(
        name=stage,
        actions=tuple(_declared_action(each, order) for order, each in enumerate(actions)),
    )


def _declared_action(action: Action, order: int) -> declaration.Action:
    category, owner, provider = _KINDS.get(action.kind, _STACKS)
    return declaration.Action(
        name=action.name, category=category, owner=owner, provider_name=provider, run_order=order
    )


def _action(definition: Definition, run: MachineRun) -> Action:
    place = (run.stage, run.action)
    return next(each for each in definition.actions if (each.stage, each.name) == place)


def _stage(state: PipelineState, stage: str) -> StageState:
    latest = state.executions.get(state.latest.get(stage, ""))
    visit = latest.visits[stage] if latest else None
    runs = [latest.runs[run] for run in visit.runs] if latest and visit else []
    pending = next((r for r in runs if r.token and r.status is RunStatus.IN_PROGRESS), None)
    return StageState(
        stage=stage,
        execution_id=latest.id if latest else "",
        status=visit.status.value if visit else "",
        waiting=state.inbound.get(stage, ()),
        actions=tuple(_told(run) for run in runs),
        approval_token=pending.token if pending else "",
        approval_since=_time(pending.started) if pending else None,
    )


def _told(run: MachineRun) -> ActionRun:
    return ActionRun(
        execution_id="",
        stage=run.stage,
        action=run.action,
        status=ActionStatus(run.status.value),
        updated_at=_time(run.updated),
        summary=run.summary,
        error=run.failure.message if run.failure else "",
        updated_by=run.updated_by,
    )


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
