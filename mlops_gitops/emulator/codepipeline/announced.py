"""Events that CodePipeline puts on the account's default bus: executions, and their actions.

Source: "Monitoring CodePipeline events", CodePipeline user guide. The page knows no state of an
action that was abandoned, so none is told; stages are not told of at all. An execution that a
rollback or a retry begins is told as resumed where it had ended before.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from mlops_gitops.emulator.codepipeline.state import (
    ActionRun,
    Execution,
    ExecutionStatus,
    PipelineState,
    RunStatus,
)

_ACTIONS = {
    RunStatus.IN_PROGRESS: "STARTED",
    RunStatus.SUCCEEDED: "SUCCEEDED",
    RunStatus.FAILED: "FAILED",
}
_EXECUTIONS = {
    ExecutionStatus.CANCELLED: "CANCELED",
    ExecutionStatus.FAILED: "FAILED",
    ExecutionStatus.STOPPED: "STOPPED",
    ExecutionStatus.STOPPING: "STOPPING",
    ExecutionStatus.SUCCEEDED: "SUCCEEDED",
    ExecutionStatus.SUPERSEDED: "SUPERSEDED",
}


def announced(
    before: PipelineState, after: PipelineState, arn: str, region: str
) -> Iterator[dict[str, Any]]:
    """Give an entry of PutEvents for each execution and action that changed in between."""
    for execution in after.executions.values():
        earlier = before.executions.get(execution.id)
        for detail in _of_actions(after, execution, earlier):
            yield _entry("Action", arn, {**detail, "region": region})
        if earlier is None or earlier.status is not execution.status:
            yield _entry("Pipeline", arn, _of_execution(after, execution, earlier))


def _entry(what: str, arn: str, detail: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "Source": "aws.codepipeline",
        "DetailType": f"CodePipeline {what} Execution State Change",
        "Resources": [arn],
        "Detail": json.dumps(detail),
    }


def _of_execution(
    state: PipelineState, execution: Execution, earlier: Execution | None
) -> dict[str, Any]:
    begun = "STARTED" if earlier is None else "RESUMED"
    return {
        "pipeline": state.pipeline.name,
        "execution-id": execution.id,
        "state": _EXECUTIONS.get(execution.status, begun),
        "version": execution.version,
        "pipeline-execution-attempt": _attempt(execution),
    }


def _attempt(execution: Execution) -> int:
    return 1 + sum(visit.retries for visit in execution.visits.values())


def _of_actions(
    state: PipelineState, execution: Execution, earlier: Execution | None
) -> Iterator[dict[str, Any]]:
    known = earlier.runs if earlier else {}
    for run in execution.runs.values():
        was = known[run.id].status if run.id in known else None
        if run.status is not was and run.status in _ACTIONS:
            yield _detail(state, execution, run)


def _detail(state: PipelineState, execution: Execution, run: ActionRun) -> dict[str, Any]:
    declared = state.declared(run)
    kind = (
        {
            "owner": declared[1].owner,
            "provider": declared[1].provider_name,
            "category": declared[1].category,
            "version": declared[1].version,
        }
        if declared
        else {}
    )
    return {
        "pipeline": state.pipeline.name,
        "execution-id": execution.id,
        "stage": run.stage,
        "action-execution-id": run.id,
        "action": run.action,
        "state": _ACTIONS[run.status],
        "type": kind,
        "version": execution.version,
        "pipeline-execution-attempt": _attempt(execution),
    }
