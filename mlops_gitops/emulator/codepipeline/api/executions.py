"""Operations that start, stop and steer executions."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from mlops_gitops.emulator.codepipeline import events
from mlops_gitops.emulator.codepipeline.api.call import Call, Json, find_stage
from mlops_gitops.emulator.codepipeline.declaration import Action, Pipeline, Provider
from mlops_gitops.emulator.codepipeline.errors import ApiError
from mlops_gitops.emulator.codepipeline.state import SourceOverride

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlops_gitops.emulator.codepipeline.state import PipelineState


def start_pipeline_execution(call: Call) -> Json:
    """Start an execution; the same client request token gives the same execution."""
    token = call.request.get("clientRequestToken", "")
    execution = call.ledger.new_id()

    def decide(state: PipelineState) -> events.Event:
        return events.Started(
            execution=execution,
            trigger="StartPipelineExecution",
            detail=call.caller,
            variables=_variables(state.pipeline, call.request.get("variables") or ()),
            overrides=_overrides(state.pipeline, call.request.get("sourceRevisions") or ()),
            client_token=token,
        )

    state = call.ledger.apply(call.key(), decide)
    same = [e.id for e in state.executions.values() if token and e.client_token == token]
    return {"pipelineExecutionId": same[0] if same else execution}


def stop_pipeline_execution(call: Call) -> Json:
    """Stop an execution, after what runs or with it abandoned."""
    execution = call.request["pipelineExecutionId"]

    def decide(state: PipelineState) -> events.Event:
        if execution not in state.executions:
            raise ApiError(
                "PipelineExecutionNotStoppableException",
                f"Pipeline execution {execution} does not exist.",
            )
        return events.StopRequested(
            execution=execution,
            abandon=call.request.get("abandon", False),
            reason=call.request.get("reason", ""),
        )

    call.ledger.apply(call.key("pipelineName"), decide)
    return {"pipelineExecutionId": execution}


def put_approval_result(call: Call) -> Json:
    """Answer a manual approval; each token works once."""
    request = call.request

    def decide(state: PipelineState) -> events.Event:
        stage = find_stage(state, request["stageName"])
        action = stage.action(request["actionName"])
        if action is None or not action.is_approval:
            raise ApiError(
                "ActionNotFoundException",
                f"Action '{request['actionName']}' was not found in stage '{stage.name}'",
            )
        return events.ApprovalGiven(
            stage=stage.name,
            action=action.name,
            token=request["token"],
            approved=request["result"]["status"] == "Approved",
            summary=request["result"]["summary"],
            by=call.caller,
        )

    state = call.ledger.apply(call.key("pipelineName"), decide)
    runs = (run for e in state.executions.values() for run in e.runs.values())
    return {"approvedAt": next(r.updated for r in runs if r.token == request["token"])}


def retry_stage_execution(call: Call) -> Json:
    """Run a failed or stopped stage again: what failed in it, or all of it."""
    execution = call.request["pipelineExecutionId"]

    def decide(state: PipelineState) -> events.Event:
        stage = find_stage(state, call.request["stageName"])
        if execution not in state.executions:
            raise ApiError(
                "NotLatestPipelineExecutionException",
                f"Pipeline execution {execution} does not exist.",
            )
        whole = call.request["retryMode"] == "ALL_ACTIONS"
        return events.Retried(stage=stage.name, execution=execution, whole=whole)

    call.ledger.apply(call.key("pipelineName"), decide)
    return {"pipelineExecutionId": execution}


def rollback_stage(call: Call) -> Json:
    """Put a stage back to what an earlier execution deployed there."""
    target, rollback = call.request["targetPipelineExecutionId"], call.ledger.new_id()

    def decide(state: PipelineState) -> events.Event:
        stage = find_stage(state, call.request["stageName"])
        if target not in state.executions:
            raise ApiError(
                "PipelineExecutionNotFoundException",
                f"Pipeline execution {target} does not exist.",
            )
        return events.RolledBack(
            stage=stage.name, target=target, execution=rollback, detail=call.caller
        )

    call.ledger.apply(call.key("pipelineName"), decide)
    return {"pipelineExecutionId": rollback}


def disable_stage_transition(call: Call) -> Json:
    """Let nothing enter a stage any more, or nothing leave it."""
    request = call.request

    def decide(state: PipelineState) -> events.Event:
        entered = _entered(state, call)
        return events.TransitionDisabled(stage=entered, reason=request["reason"], by=call.caller)

    call.ledger.apply(call.key("pipelineName"), decide)
    return {}


def enable_stage_transition(call: Call) -> Json:
    """Let executions enter a stage again, or leave it."""

    def decide(state: PipelineState) -> events.Event:
        return events.TransitionEnabled(stage=_entered(state, call))

    call.ledger.apply(call.key("pipelineName"), decide)
    return {}


def _entered(state: PipelineState, call: Call) -> str:
    """Name the stage that a transition leads into."""
    stage = find_stage(state, call.request["stageName"])
    if call.request["transitionType"] == "Inbound":
        return stage.name
    following = state.pipeline.after(stage.name)
    if following is None:
        raise ApiError("ValidationException", f"Stage '{stage.name}' has no outbound transition")
    return following.name


def _variables(pipeline: Pipeline, listed: Iterable[Any]) -> dict[str, str]:
    given = {variable["name"]: variable["value"] for variable in listed}
    if given and not pipeline.is_v2:
        raise ApiError("ValidationException", "Pipeline variables require pipeline type V2")
    if unknown := sorted(given.keys() - pipeline.defaults.keys()):
        message = f"Variables are not declared in the pipeline: {', '.join(unknown)}"
        raise ApiError("ValidationException", message)
    needed = {name for name, default in pipeline.defaults.items() if default is None}
    if missing := sorted(needed - given.keys()):
        message = f"Variables have neither a value nor a default: {', '.join(missing)}"
        raise ApiError("ValidationException", message)
    return given


def _overrides(pipeline: Pipeline, listed: Iterable[Any]) -> dict[str, SourceOverride]:
    sources = {action.name: action for action in pipeline.stages[0].actions}
    revisions = list(listed)
    counted = Counter(revision["actionName"] for revision in revisions)
    for revision in revisions:
        name, kind = revision["actionName"], revision["revisionType"]
        if problem := _override_problem(sources.get(name), kind):
            raise ApiError("ValidationException", f"Source revision of action {name}: {problem}")
        if counted[name] > 1:
            message = f"Source revision of action {name} is given more than once"
            raise ApiError("ValidationException", message)
    return {
        revision["actionName"]: SourceOverride(
            revision_type=revision["revisionType"], value=revision["revisionValue"]
        )
        for revision in revisions
    }


def _override_problem(action: Action | None, kind: str) -> str | None:
    if action is None:
        return "the pipeline has no such source action"
    if action.provider is not Provider.S3 or not kind.startswith("S3_"):
        return f"revision type {kind} does not fit provider {action.provider_name}"
    allowed = action.configuration.get("AllowOverrideForS3ObjectKey") == "true"
    if kind == "S3_OBJECT_KEY" and not allowed:
        return "AllowOverrideForS3ObjectKey is not true"
    return None
