"""CodePipeline: delivery pipelines in the orchestrator account."""

from collections.abc import Mapping
from typing import Any

from mlops_gitops.adapters.aws.paging import drain
from mlops_gitops.adapters.aws.session import Accounts, call
from mlops_gitops.errors import AwsError, Blocked
from mlops_gitops.pipeline.approval import Decision
from mlops_gitops.runs.execution import (
    ActionRun,
    ActionStatus,
    Execution,
    ExecutionDetails,
    ExecutionStatus,
    StageState,
)
from mlops_gitops.runs.start import StartRequest

_NONE = {"PipelineNotFoundException"}
_DECIDED = {"ApprovalAlreadyCompletedException", "InvalidApprovalTokenException"}


class CodePipelines:
    """Pipelines by name, with the caller's own credentials."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        self._client = accounts.own("codepipeline")

    def executions(self, pipeline: str) -> tuple[Execution, ...]:
        """List executions, newest first; empty if there is no such pipeline."""
        pages = self._client.get_paginator("list_pipeline_executions")
        where = f"While listing executions of {pipeline}"
        found = drain(where, pages.paginate(pipelineName=pipeline), "pipelineExecutionSummaries")
        try:
            return tuple(_execution(each) for each in found)
        except AwsError as error:
            if error.code in _NONE:
                return ()
            raise

    def details(self, pipeline: str, execution_id: str) -> ExecutionDetails:
        """Read what an execution was started with."""
        answer = call(
            f"While reading execution {execution_id} of {pipeline}",
            self._client.get_pipeline_execution,
            pipelineName=pipeline,
            pipelineExecutionId=execution_id,
        )
        raw = answer["pipelineExecution"]
        revisions = [each.get("revisionId", "") for each in raw.get("artifactRevisions", [])]
        return ExecutionDetails(
            id=execution_id,
            status=ExecutionStatus(raw["status"]),
            variables={each["name"]: each["resolvedValue"] for each in raw.get("variables", [])},
            bundle_version=revisions[0] if revisions else "",
        )

    def state(self, pipeline: str) -> tuple[StageState, ...]:
        """Read what each stage holds; empty if there is no such pipeline."""
        where = f"While reading the state of {pipeline}"
        try:
            answer = call(where, self._client.get_pipeline_state, name=pipeline)
        except AwsError as error:
            if error.code in _NONE:
                return ()
            raise
        return tuple(_stage(each) for each in answer["stageStates"])

    def told(self, pipeline: str) -> Mapping[str, Any] | None:
        """Give what GetPipelineState tells, without approvals' tokens; None for no pipeline."""
        where = f"While reading the state of {pipeline}"
        try:
            answer = call(where, self._client.get_pipeline_state, name=pipeline)
        except AwsError as error:
            if error.code in _NONE:
                return None
            raise
        del answer["ResponseMetadata"]
        return {**answer, "stageStates": [_without_tokens(each) for each in answer["stageStates"]]}

    def actions(self, pipeline: str, execution_id: str) -> tuple[ActionRun, ...]:
        """List what an execution did, oldest first."""
        pages = self._client.get_paginator("list_action_executions").paginate(
            pipelineName=pipeline, filter={"pipelineExecutionId": execution_id}
        )
        where = f"While listing actions of execution {execution_id} of {pipeline}"
        found = [_action(each) for each in drain(where, pages, "actionExecutionDetails")]
        return tuple(reversed(found))

    def start(self, pipeline: str, request: StartRequest) -> str:
        """Start an execution, once for each token; give its id."""
        answer = call(
            f"While starting {pipeline}",
            self._client.start_pipeline_execution,
            name=pipeline,
            clientRequestToken=request.token,
            variables=[{"name": name, "value": value} for name, value in request.variables.items()],
            sourceRevisions=[
                {
                    "actionName": "Source",
                    "revisionType": "S3_OBJECT_VERSION_ID",
                    "revisionValue": request.bundle_version,
                }
            ],
        )
        execution_id: str = answer["pipelineExecutionId"]
        return execution_id

    def decide(self, pipeline: str, decision: Decision) -> None:
        """Answer a pending approval.

        Raises:
            Blocked: the approval is not pending any more.
            NotAuthorized: the caller may not, or may not assume the role it is given in.
        """
        role = decision.role
        client = self._client
        if role is not None:
            client = self._accounts.client(
                role.account, role.name, "codepipeline", session=role.session
            )
        try:
            call(
                f"While answering the approval in {decision.pipeline_stage} of {pipeline}",
                client.put_approval_result,
                pipelineName=pipeline,
                stageName=decision.pipeline_stage,
                actionName=decision.action,
                result={"summary": decision.summary, "status": decision.answer.value},
                token=decision.token,
            )
        except AwsError as error:
            if error.code in _DECIDED:
                hint = "Somebody was faster; `mlops-gitops status` shows what was decided."
                raise Blocked(error.message, hint=hint) from error
            raise


def _execution(raw: Mapping[str, Any]) -> Execution:
    revisions = [each.get("revisionId", "") for each in raw.get("sourceRevisions", [])]
    return Execution(
        id=raw["pipelineExecutionId"],
        status=ExecutionStatus(raw["status"]),
        bundle_version=revisions[0] if revisions else "",
        trigger=raw.get("trigger", {}).get("triggerType", ""),
        started_at=raw["startTime"],
    )


def _stage(raw: Mapping[str, Any]) -> StageState:
    inbound = raw.get("inboundExecutions", [])
    latest = raw.get("latestExecution", {})
    states = [(each["actionName"], each.get("latestExecution")) for each in raw["actionStates"]]
    runs = [(name, run) for name, run in states if run]
    pending = next((run for _, run in runs if run.get("token") and _is_pending(run)), None)
    return StageState(
        stage=raw["stageName"],
        execution_id=latest.get("pipelineExecutionId", ""),
        status=latest.get("status", ""),
        waiting=tuple(each["pipelineExecutionId"] for each in inbound),
        actions=tuple(_action_state(raw["stageName"], name, run) for name, run in runs),
        approval_token=pending["token"] if pending else "",
        approval_since=pending.get("lastStatusChange") if pending else None,
    )


def _without_tokens(stage: Mapping[str, Any]) -> Mapping[str, Any]:
    """Hide what an approval could be answered with."""
    runs = [each.get("latestExecution", {}) for each in stage["actionStates"]]
    for run in runs:
        run.update({"token": "..."} if "token" in run else {})
    return stage


def _is_pending(run: Mapping[str, Any]) -> bool:
    return run.get("status") == ActionStatus.IN_PROGRESS.value


def _action_state(stage: str, action: str, run: Mapping[str, Any]) -> ActionRun:
    return ActionRun(
        execution_id=run.get("pipelineExecutionId", ""),
        stage=stage,
        action=action,
        status=ActionStatus(run["status"]),
        updated_at=run["lastStatusChange"],
        summary=run.get("summary", ""),
        error=run.get("errorDetails", {}).get("message", ""),
        updated_by=run.get("lastUpdatedBy", ""),
        external_id=run.get("externalExecutionId", ""),
    )


def _action(raw: Mapping[str, Any]) -> ActionRun:
    result = raw.get("output", {}).get("executionResult", {})
    error = result.get("errorDetails", {}).get("message", "")
    return ActionRun(
        execution_id=raw["pipelineExecutionId"],
        stage=raw["stageName"],
        action=raw["actionName"],
        status=ActionStatus(raw["status"]),
        updated_at=raw["lastUpdateTime"],
        summary=result.get("externalExecutionSummary", ""),
        error=error,
        updated_by=raw.get("updatedBy", ""),
        external_id=result.get("externalExecutionId", ""),
    )
