"""Events that CodePipeline puts on the account's default bus: actions that start and end.

Source: "Monitoring CodePipeline events", CodePipeline user guide. The page knows no state of an
action that was abandoned, so none is told; pipelines and stages are not told of at all.
"""

import json
from collections.abc import Iterator
from typing import Any

from mlops_gitops.emulator.codepipeline.state import (
    ActionRun,
    Execution,
    PipelineState,
    RunStatus,
)

_STATES = {
    RunStatus.IN_PROGRESS: "STARTED",
    RunStatus.SUCCEEDED: "SUCCEEDED",
    RunStatus.FAILED: "FAILED",
}


def announced(
    before: PipelineState, after: PipelineState, arn: str, region: str
) -> Iterator[dict[str, Any]]:
    """Give an entry of PutEvents for each action that started or ended in between."""
    for execution in after.executions.values():
        earlier = before.executions.get(execution.id)
        known = earlier.runs if earlier else {}
        for run in execution.runs.values():
            was = known[run.id].status if run.id in known else None
            if run.status is not was and run.status in _STATES:
                detail = _detail(after, execution, run)
                yield {
                    "Source": "aws.codepipeline",
                    "DetailType": "CodePipeline Action Execution State Change",
                    "Resources": [arn],
                    "Detail": json.dumps({**detail, "region": region}),
                }


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
    visit = execution.visits.get(run.stage)
    return {
        "pipeline": state.pipeline.name,
        "execution-id": execution.id,
        "stage": run.stage,
        "action": run.action,
        "state": _STATES[run.status],
        "type": kind,
        "version": execution.version,
        "pipeline-execution-attempt": 1 + (visit.retries if visit else 0),
    }
