"""Operations that show executions: one, all, and their actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_gitops.emulator.codepipeline.api.call import Call, Json, compact, page
from mlops_gitops.emulator.codepipeline.errors import ApiError
from mlops_gitops.emulator.codepipeline.state import (
    ActionRun,
    Artifact,
    Execution,
    ExecutionType,
    PipelineState,
    StageStatus,
)
from mlops_gitops.emulator.codepipeline.variables import pipeline_variables

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlops_gitops.emulator.codepipeline.declaration import Pipeline

PAGE = 100


def get_pipeline_execution(call: Call) -> Json:
    """Show one execution."""
    state = call.ledger.find(call.key("pipelineName"))
    wanted = call.request["pipelineExecutionId"]
    execution = state.executions.get(wanted)
    if execution is None:
        raise ApiError(
            "PipelineExecutionNotFoundException",
            f"Pipeline execution with ID {wanted} was not found for pipeline {state.pipeline.name}",
        )
    variables = pipeline_variables(execution, _as_of(state, execution).defaults)
    shown = {
        "pipelineName": state.pipeline.name,
        "pipelineVersion": execution.version,
        "artifactRevisions": [
            {
                "name": artifact.name,
                "revisionId": artifact.revision,
                "revisionSummary": artifact.summary,
                "created": artifact.created,
            }
            for artifact in execution.artifacts.values()
        ],
        "variables": [{"name": name, "resolvedValue": value} for name, value in variables.items()],
        **_common(execution),
    }
    return {"pipelineExecution": compact(shown)}


def list_pipeline_executions(call: Call) -> Json:
    """List the executions of a pipeline, newest first."""
    state = call.ledger.find(call.key("pipelineName"))
    wanted = (call.request.get("filter") or {}).get("succeededInStage") or {}
    executions = [
        execution
        for execution in [*state.executions.values()][::-1]
        if not wanted.get("stageName") or _succeeded_in(state, execution, wanted["stageName"])
    ]
    cut, token = page(call, executions, lambda execution: execution.id, PAGE)
    return {"pipelineExecutionSummaries": [_summary(execution) for execution in cut], **token}


def list_action_executions(call: Call) -> Json:
    """List the runs of actions, newest first."""
    state = call.ledger.find(call.key("pipelineName"))
    wanted = call.request.get("filter") or {}
    latest = wanted.get("latestInPipelineExecution") or {}
    only = wanted.get("pipelineExecutionId") or latest.get("pipelineExecutionId")
    if only and only not in state.executions:
        raise ApiError(
            "PipelineExecutionNotFoundException", f"Pipeline execution {only} was not found"
        )
    executions = [state.executions[only]] if only else list(state.executions.values())
    runs = [
        (execution, run)
        for execution in executions
        for run in execution.runs.values()
        if latest.get("startTimeRange") != "Latest" or _counts(execution, run)
    ]
    runs.sort(key=lambda pair: pair[1].started)
    cut, token = page(call, runs[::-1], lambda pair: pair[1].id, PAGE)
    details = [_detail(state, execution, run) for execution, run in cut]
    return {"actionExecutionDetails": details, **token}


def _common(execution: Execution) -> Json:
    rollback = {"rollbackTargetPipelineExecutionId": execution.rollback_target}
    return {
        "pipelineExecutionId": execution.id,
        "status": execution.status.value,
        "statusSummary": execution.summary,
        "trigger": {
            "triggerType": execution.trigger,
            "triggerDetail": execution.trigger_detail,
        },
        "executionMode": execution.mode.value,
        "executionType": execution.type.value,
        "rollbackMetadata": rollback if execution.type is ExecutionType.ROLLBACK else None,
    }


def _summary(execution: Execution) -> Json:
    stopped = execution.stop_reason
    shown = {
        "startTime": execution.started,
        "lastUpdateTime": execution.updated,
        "sourceRevisions": [
            {
                "actionName": artifact.action,
                "revisionId": artifact.revision,
                "revisionSummary": artifact.summary,
            }
            for artifact in execution.artifacts.values()
        ],
        "stopTrigger": None if stopped is None else {"reason": stopped},
        **_common(execution),
    }
    return compact(shown)


def _succeeded_in(state: PipelineState, execution: Execution, stage: str) -> bool:
    visit = execution.visits.get(stage)
    current = execution.version == state.pipeline.version
    return current and visit is not None and visit.status is StageStatus.SUCCEEDED


def _counts(execution: Execution, run: ActionRun) -> bool:
    return run.id in execution.visits[run.stage].runs


def _as_of(state: PipelineState, execution: Execution) -> Pipeline:
    versions = (*state.earlier, state.pipeline)
    return next(pipeline for pipeline in versions if pipeline.version == execution.version)


def _detail(state: PipelineState, execution: Execution, run: ActionRun) -> Json:
    return compact(
        {
            "pipelineExecutionId": execution.id,
            "actionExecutionId": run.id,
            "pipelineVersion": execution.version,
            "stageName": run.stage,
            "actionName": run.action,
            "startTime": run.started,
            "lastUpdateTime": run.updated,
            "updatedBy": run.updated_by,
            "status": run.status.value,
            "input": _input(state, execution, run),
            "output": _output(run),
        }
    )


def _input(state: PipelineState, execution: Execution, run: ActionRun) -> Json:
    stages = _as_of(state, execution).raw["stages"]
    actions = next(stage["actions"] for stage in stages if stage["name"] == run.stage)
    raw: Json = next(a for a in actions if a["name"] == run.action)
    taken = (execution.artifacts.get(artifact["name"]) for artifact in raw["inputArtifacts"])
    return compact(
        {
            **{key: raw.get(key) for key in ("actionTypeId", "configuration", "namespace")},
            **{key: raw.get(key) for key in ("roleArn", "region")},
            "resolvedConfiguration": run.resolved,
            "inputArtifacts": _located(artifact for artifact in taken if artifact),
        }
    )


def _output(run: ActionRun) -> Json:
    result = {
        "externalExecutionId": run.external_id,
        "externalExecutionSummary": run.summary,
        "externalExecutionUrl": run.external_url,
        "errorDetails": error_details(run),
    }
    return compact(
        {
            "outputArtifacts": _located(run.artifacts),
            "executionResult": compact(result),
            "outputVariables": run.variables,
        }
    )


def _located(artifacts: Iterable[Artifact]) -> list[Json]:
    return [
        {"name": artifact.name, "s3location": {"bucket": artifact.bucket, "key": artifact.key}}
        for artifact in artifacts
    ]


def error_details(run: ActionRun) -> Json | None:
    """Show why a run failed, if it did; a message is at most 5,000 characters in the model."""
    failure = run.failure
    return {"code": failure.code, "message": failure.message[:5000]} if failure else None
