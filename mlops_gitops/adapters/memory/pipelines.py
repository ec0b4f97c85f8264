"""CodePipeline in a dict: queued executions that move one action a step."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from mlops_gitops.adapters.memory.actions import Actions, Failed, execution_arn
from mlops_gitops.adapters.memory.atomic import atomic
from mlops_gitops.adapters.memory.delivery import Action, Definition, Delivery, Run
from mlops_gitops.errors import AwsError, Blocked
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


@atomic
class MemoryPipelines:
    """Pipelines of the orchestrator account.

    Args:
        now: gives the time.
        actor: ARN of whoever decides approvals.
        actions: what the actions do.
    """

    def __init__(
        self, now: Callable[[], datetime], actor: Callable[[], str], actions: Actions
    ) -> None:
        self._now = now
        self._actor = actor
        self._actions = actions
        self._deliveries: dict[str, Delivery] = {}

    def define(self, definition: Definition) -> None:
        """Create a pipeline, which starts it, or change it, which cancels what runs."""
        there = self._deliveries.get(definition.name)
        if there is None:
            self._deliveries[definition.name] = made = Delivery(definition=definition)
            self._enqueue(made, CREATED_WITH_PIPELINE, "", {})
            return
        there.definition = definition
        for run in there.active():
            run.status = ExecutionStatus.CANCELLED

    def names(self) -> tuple[str, ...]:
        """List the pipelines that there are."""
        return tuple(self._deliveries)

    def executions(self, pipeline: str) -> tuple[Execution, ...]:
        """List executions, newest first; empty if there is no such pipeline."""
        delivery = self._deliveries.get(pipeline)
        return tuple(_execution(run) for run in reversed(delivery.runs)) if delivery else ()

    def details(self, pipeline: str, execution_id: str) -> ExecutionDetails:
        """Read what an execution was started with."""
        run = self._run(pipeline, execution_id)
        return ExecutionDetails(
            id=run.id,
            status=run.status,
            variables=run.variables,
            bundle_version=run.bundle_version,
        )

    def state(self, pipeline: str) -> tuple[StageState, ...]:
        """Read what each stage holds; empty if there is no such pipeline."""
        delivery = self._deliveries.get(pipeline)
        if delivery is None:
            return ()
        return tuple(_state(delivery, stage) for stage in delivery.definition.stages)

    def told(self, pipeline: str) -> Mapping[str, Any] | None:
        """Give the state of a pipeline as CodePipeline words it; None if there is none."""
        stages = self.state(pipeline)
        if not stages:
            return None
        return {"pipelineName": pipeline, "stageStates": [_told(each) for each in stages]}

    def actions(self, pipeline: str, execution_id: str) -> tuple[ActionRun, ...]:
        """List what an execution did, oldest first."""
        return tuple(self._run(pipeline, execution_id).actions)

    def start(self, pipeline: str, request: StartRequest) -> str:
        """Start an execution, once for each token; give its id."""
        delivery = self._delivery(pipeline)
        if request.token not in delivery.tokens:
            run = self._enqueue(
                delivery, "StartPipelineExecution", request.bundle_version, request.variables
            )
            delivery.tokens[request.token] = run.id
        return delivery.tokens[request.token]

    def decide(self, pipeline: str, decision: Decision) -> None:
        """Answer a pending approval.

        Raises:
            Blocked: the approval is not pending any more.
        """
        for run in self._delivery(pipeline).active():
            if run.stage == decision.pipeline_stage and run.token == decision.token != "":
                self._answer(run, decision)
                return
        hint = "Somebody was faster; `mlops-gitops status` shows what was decided."
        raise Blocked(f"The approval in {decision.pipeline_stage} is not pending.", hint=hint)

    def retry(self, pipeline: str, stage: str, execution_id: str) -> None:
        """Let an execution do a stage that failed again, from its first action on.

        Raises:
            Blocked: it is not the newest there, or has not failed there.
        """
        delivery = self._delivery(pipeline)
        run = self._run(pipeline, execution_id)
        failed = bool(run.actions) and run.actions[-1].stage == stage
        visits = [each for each in delivery.runs if _has_visited(each, stage)]
        if run.status is not ExecutionStatus.FAILED or not failed or visits[-1] is not run:
            hint = "Start another execution: `mlops-gitops apply`."
            raise Blocked(f"{stage} of {pipeline} cannot be tried again.", hint=hint)
        names = [action.stage for action in delivery.definition.actions]
        run.status, run.at = ExecutionStatus.IN_PROGRESS, names.index(stage)

    def advance(self) -> bool:
        """Take every execution one action further, oldest first; whether any of them moved."""
        moved = [
            self._step(delivery, run)
            for delivery in self._deliveries.values()
            for run in delivery.active()
        ]
        return any(moved)

    def _enqueue(
        self, delivery: Delivery, trigger: str, wanted: str, variables: Mapping[str, str]
    ) -> Run:
        run = Run(
            id=f"{len(delivery.runs) + 1:08d}-0000-4000-8000-000000000000",
            trigger=trigger,
            started_at=self._now(),
            wanted=wanted,
            variables={**delivery.definition.defaults, **variables},
        )
        delivery.runs.append(run)
        return run

    def _step(self, delivery: Delivery, run: Run) -> bool:
        action = delivery.definition.actions[run.at]
        if not run.stage and any(each.stage == action.stage for each in delivery.active()):
            return False  # the stage is held by an execution in front
        began = not run.is_acting
        run.stage = action.stage
        try:
            done = self._act(delivery, run, action)
        except Failed as failure:
            self._end_action(run, ActionStatus.FAILED, error=str(failure))
            run.status, run.stage = ExecutionStatus.FAILED, ""
            return True
        if done:
            self._end_action(run, ActionStatus.SUCCEEDED)
            self._go_on(delivery, run)
        return began or done

    def _act(self, delivery: Delivery, run: Run, action: Action) -> bool:
        if run.is_acting:
            return self._actions.is_done(delivery.definition, run, action)
        run.actions.append(
            ActionRun(
                execution_id=run.id,
                stage=action.stage,
                action=action.name,
                status=ActionStatus.IN_PROGRESS,
                updated_at=self._now(),
                external_id=execution_arn(run, action),
            )
        )
        return self._actions.begin(delivery.definition, run, action)

    def _go_on(self, delivery: Delivery, run: Run) -> None:
        run.at += 1
        if run.at == len(delivery.definition.actions):
            run.status, run.stage = ExecutionStatus.SUCCEEDED, ""
        elif delivery.definition.actions[run.at].stage != run.stage:
            run.stage = ""

    def _answer(self, run: Run, decision: Decision) -> None:
        run.token = ""
        if decision.answer is Answer.REJECTED:
            self._end_action(run, ActionStatus.FAILED, summary=decision.summary)
            run.status, run.stage = ExecutionStatus.FAILED, ""
        else:
            self._end_action(run, ActionStatus.SUCCEEDED, summary=decision.summary)
            run.at += 1
        run.actions[-1] = replace(run.actions[-1], updated_by=self._actor())

    def _end_action(
        self, run: Run, status: ActionStatus, *, summary: str = "", error: str = ""
    ) -> None:
        run.actions[-1] = replace(
            run.actions[-1], status=status, summary=summary, error=error, updated_at=self._now()
        )

    def _delivery(self, pipeline: str) -> Delivery:
        if pipeline not in self._deliveries:
            raise _missing("PipelineNotFoundException", f"pipeline {pipeline}")
        return self._deliveries[pipeline]

    def _run(self, pipeline: str, execution_id: str) -> Run:
        for run in self._delivery(pipeline).runs:
            if run.id == execution_id:
                return run
        raise _missing("PipelineExecutionNotFoundException", f"execution {execution_id}")


def _has_visited(run: Run, stage: str) -> bool:
    return any(each.stage == stage for each in run.actions)


def _told(stage: StageState) -> Mapping[str, Any]:
    latest = {"pipelineExecutionId": stage.execution_id, "status": stage.status}
    return {
        "stageName": stage.stage,
        "actionStates": [
            {
                "actionName": each.action,
                "latestExecution": {
                    "status": each.status.value,
                    "lastStatusChange": each.updated_at,
                    "summary": each.summary,
                },
            }
            for each in stage.actions
        ],
        **({"latestExecution": latest} if stage.execution_id else {}),
    }


def _execution(run: Run) -> Execution:
    return Execution(
        id=run.id,
        status=run.status,
        bundle_version=run.bundle_version,
        trigger=run.trigger,
        started_at=run.started_at,
    )


def _state(delivery: Delivery, stage: str) -> StageState:
    """Tell a stage as GetPipelineState does: the newest run of every action, whoever's it was."""
    newest = {
        each.action: each for run in delivery.runs for each in run.actions if each.stage == stage
    }
    visits = [run for run in delivery.runs if _has_visited(run, stage)]
    latest = visits[-1] if visits else None
    pending = latest if latest and latest.stage == stage and latest.token else None
    return StageState(
        stage=stage,
        execution_id=latest.id if latest else "",
        status=_stage_status(latest, stage).value if latest else "",
        waiting=tuple(
            run.id
            for run in delivery.active()
            if not run.stage and delivery.definition.actions[run.at].stage == stage
        ),
        # AWS does not say there whose runs they are.
        actions=tuple(replace(each, execution_id="") for each in newest.values()),
        approval_token=pending.token if pending else "",
        approval_since=pending.actions[-1].updated_at if pending else None,
    )


def _stage_status(run: Run, stage: str) -> ActionStatus:
    statuses = [each.status for each in run.actions if each.stage == stage]
    if run.stage == stage:
        return ActionStatus.IN_PROGRESS
    return ActionStatus.FAILED if ActionStatus.FAILED in statuses else ActionStatus.SUCCEEDED


def _missing(code: str, what: str) -> AwsError:
    return AwsError(
        f"AWS said {code}: There is no {what}.",
        hint="Repeat the command; what was done so far is not done twice.",
        code=code,
    )
