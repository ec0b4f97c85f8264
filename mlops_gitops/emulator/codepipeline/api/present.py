"""GetPipelineState: what holds each stage, what waits before it, how its actions stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_gitops.emulator.codepipeline.api.call import Call, Json, compact
from mlops_gitops.emulator.codepipeline.api.history import error_details
from mlops_gitops.emulator.codepipeline.state import (
    ActionRun,
    Execution,
    PipelineState,
    RunStatus,
    Transition,
    Visit,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlops_gitops.emulator.codepipeline.declaration import Action, Stage

MAX_SUMMARY = 2048


def get_pipeline_state(call: Call) -> Json:
    """Show the state of a pipeline."""
    state = call.ledger.find(call.key())
    newest = _newest_runs(state)
    return {
        "pipelineName": state.pipeline.name,
        "pipelineVersion": state.pipeline.version,
        "created": state.created,
        "updated": state.updated,
        "stageStates": [_stage(state, stage, newest) for stage in state.pipeline.stages],
    }


Newest = dict[tuple[str, str], ActionRun]


def _newest_runs(state: PipelineState) -> Newest:
    newest: Newest = {}
    for execution in state.executions.values():
        for run in execution.runs.values():
            held = newest.get((run.stage, run.action))
            if held is None or run.started >= held.started:
                newest[run.stage, run.action] = run
    return newest


def _stage(state: PipelineState, stage: Stage, newest: Mapping[tuple[str, str], ActionRun]) -> Json:
    waiting = [_waiting(state.executions[e]) for e in state.inbound.get(stage.name, ())]
    latest = state.executions.get(state.latest.get(stage.name, ""))
    return compact(
        {
            "stageName": stage.name,
            "inboundExecution": waiting[0] if waiting else None,
            "inboundExecutions": waiting,
            "inboundTransitionState": _transition(state.disabled.get(stage.name)),
            "actionStates": [
                _action(action, newest.get((stage.name, action.name))) for action in stage.actions
            ],
            "latestExecution": latest and _held(latest, stage.name),
            "retryStageMetadata": latest and _retries(latest.visits[stage.name]),
        }
    )


def _held(execution: Execution, stage: str) -> Json:
    return {**_waiting(execution), "status": execution.visits[stage].status.value}


def _retries(visit: Visit) -> Json:
    manual = {
        "manualStageRetryAttempt": visit.retries,
        "latestRetryTrigger": "ManualStageRetry",
    }
    return manual if visit.retries else {}


def _waiting(execution: Execution) -> Json:
    return {
        "pipelineExecutionId": execution.id,
        "status": execution.status.value,
        "type": execution.type.value,
    }


def _transition(gate: Transition | None) -> Json:
    if gate is None:
        return {"enabled": True}
    return {
        "enabled": False,
        "lastChangedBy": gate.by,
        "lastChangedAt": gate.at,
        "disabledReason": gate.reason,
    }


def _action(action: Action, run: ActionRun | None) -> Json:
    if run is None:
        return {"actionName": action.name}
    revisions = [
        {
            "revisionId": artifact.revision,
            "revisionChangeId": artifact.revision[:100],
            "created": artifact.created,
        }
        for artifact in run.artifacts
    ]
    return compact(
        {
            "actionName": action.name,
            "currentRevision": revisions[0] if revisions else None,
            "latestExecution": _latest(run),
        }
    )


def _latest(run: ActionRun) -> Json:
    return compact(
        {
            "actionExecutionId": run.id,
            "status": run.status.value,
            "summary": run.summary[:MAX_SUMMARY],
            "lastStatusChange": run.updated,
            "token": run.token if run.status is RunStatus.IN_PROGRESS else None,
            "lastUpdatedBy": run.updated_by,
            "externalExecutionId": run.external_id,
            "externalExecutionUrl": run.external_url,
            "errorDetails": error_details(run),
        }
    )
