"""The door of the executor: requests of the JSON 1.1 API in, answers out."""

from __future__ import annotations

import logging
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mlops_gitops.emulator.codepipeline.announced import announced
from mlops_gitops.emulator.codepipeline.api import definitions, executions, history, present
from mlops_gitops.emulator.codepipeline.api.call import Call, Operation
from mlops_gitops.emulator.codepipeline.clients import Clients
from mlops_gitops.emulator.codepipeline.errors import ApiError
from mlops_gitops.emulator.codepipeline.ledger import Ledger
from mlops_gitops.emulator.codepipeline.shapes import check_request, service_model
from mlops_gitops.emulator.codepipeline.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from mlops_gitops.emulator.codepipeline.ledger import Key
    from mlops_gitops.emulator.codepipeline.state import PipelineState

LOG = logging.getLogger(__name__)

OPERATIONS: Mapping[str, Operation] = {
    "CreatePipeline": definitions.create_pipeline,
    "DeletePipeline": definitions.delete_pipeline,
    "DisableStageTransition": executions.disable_stage_transition,
    "EnableStageTransition": executions.enable_stage_transition,
    "GetPipeline": definitions.get_pipeline,
    "GetPipelineExecution": history.get_pipeline_execution,
    "GetPipelineState": present.get_pipeline_state,
    "ListActionExecutions": history.list_action_executions,
    "ListPipelineExecutions": history.list_pipeline_executions,
    "ListPipelines": definitions.list_pipelines,
    "ListTagsForResource": definitions.list_tags_for_resource,
    "PutApprovalResult": executions.put_approval_result,
    "RetryStageExecution": executions.retry_stage_execution,
    "RollbackStage": executions.rollback_stage,
    "StartPipelineExecution": executions.start_pipeline_execution,
    "StopPipelineExecution": executions.stop_pipeline_execution,
    "TagResource": definitions.tag_resource,
    "UntagResource": definitions.untag_resource,
    "UpdatePipeline": definitions.update_pipeline,
}


def _now() -> datetime:
    return datetime.now(tz=UTC)


def _new_id() -> str:
    return str(uuid.uuid4())


class CodePipelineService:
    """CodePipeline for every account and region of the embedded AWS.

    `endpoint_url` is where the other services answer. `handle` may call it, so a server
    that mounts this service must not call `handle` from the thread that answers there;
    the same holds for `stop`, which waits for the calls that are under way.
    """

    def __init__(
        self,
        *,
        endpoint_url: str,
        state_file: Path | None,
        poll_seconds: float = 0.05,
        now: Callable[[], datetime] = _now,
        new_id: Callable[[], str] = _new_id,
    ) -> None:
        self._clients = Clients(endpoint_url)
        self._ledger = Ledger(state_file, now, new_id)
        self._worker = Worker(self._ledger, self._clients, poll_seconds)

    def announce(self, put: Callable[[str, str, dict[str, object]], None]) -> None:
        """Have events put on the bus: `put(account, region, entry of PutEvents)`.

        It is called from any thread, and must neither raise nor wait.
        """

        def seen(key: Key, before: PipelineState, after: PipelineState) -> None:
            for entry in announced(before, after, key.arn, key.region):
                put(key.account, key.region, entry)

        self._ledger.show(seen)

    def start(self) -> None:
        """Run actions from now on, those first that were in progress when the file was left."""
        self._worker.start()

    def stop(self) -> None:
        """Leave all executions as they are and end the threads."""
        self._worker.stop()

    def handle(
        self, operation: str, request: Mapping[str, object], *, account: str, region: str
    ) -> tuple[int, dict[str, object]]:
        """Answer one request: an HTTP status and a body; errors are {"__type", "message"}.

        Thread-safe; raises nothing.
        """
        call = Call(
            ledger=self._ledger,
            clients=self._clients,
            account=account,
            region=region,
            request=request,
        )
        try:
            return 200, _answer(operation, call)
        except ApiError as error:
            return error.status, {"__type": error.code, "message": error.message}
        except Exception as error:  # a server answers whatever happens
            LOG.exception("%s broke.", operation)
            return 500, {"__type": "InternalFailure", "message": f"{operation}: {error}"}


def _answer(operation: str, call: Call) -> dict[str, object]:
    if operation not in service_model().operation_names:
        message = f"CodePipeline has no operation {operation}."
        raise ApiError("UnknownOperationException", message)
    if operation not in OPERATIONS:
        message = f"{operation} is not emulated by the embedded AWS."
        raise ApiError("UnknownOperationException", message)
    check_request(operation, call.request)
    return OPERATIONS[operation](call)
