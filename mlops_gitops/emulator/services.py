"""SageMaker and CodePipeline behind the front: routing of calls, and their CloudFormation types."""

import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import unquote

from mlops_gitops.emulator.codepipeline_type import PipelineType
from mlops_gitops.emulator.files import write_atomically
from mlops_gitops.emulator.providers import Properties, Provider
from mlops_gitops.emulator.sagemaker_types import sagemaker_types
from mlops_gitops.emulator.wire import JSON_CONTENT_TYPE, Answer, CallError, Scope, json_error

if TYPE_CHECKING:
    from mlops_gitops.emulator.moto_hooks import SageMaker


class CodePipeline(Protocol):
    """The executor, as far as the front cares."""

    def handle(
        self, operation: str, request: Mapping[str, object], *, account: str, region: str
    ) -> tuple[int, dict[str, object]]:
        """Answer one operation with an HTTP status and a JSON object."""


class SageMakerService:
    """SageMaker, loaded when it is first needed: moto takes a second to import."""

    def __init__(self, *, state_file: Path, endpoint_seconds: float) -> None:
        self._state_file = state_file
        self._endpoint_seconds = endpoint_seconds
        self._loaded: SageMaker | None = None
        self._loading = threading.Lock()  # loading twice would forget what came in between

    def handle(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes, scope: Scope
    ) -> Answer:
        """Answer the API (`X-Amz-Target: SageMaker.*`) and the runtime (`/endpoints/...`)."""
        prefix, _, operation = headers.get("x-amz-target", "").rpartition(".")
        if prefix == "SageMaker":
            return self._sagemaker().handle(operation, body, scope)
        parts = path.strip("/").split("/")
        if method == "POST" and len(parts) == 3 and parts[::2] == ["endpoints", "invocations"]:  # noqa: PLR2004 -- /endpoints/<name>/invocations
            return self._sagemaker().invoke(unquote(parts[1]), body, scope)
        message = f"The embedded AWS does not emulate {method} {path} of SageMaker's runtime."
        return json_error(400, "UnknownOperationException", message)

    def call(self, scope: Scope, operation: str, request: Properties) -> dict[str, Any]:
        """Call an operation from inside.

        Raises:
            CallError: SageMaker refused.
        """
        answer = self._sagemaker().handle(operation, json.dumps(request).encode(), scope)
        return _unwrapped(answer.status, json.loads(answer.body or b"{}"))

    def save(self) -> None:
        """Write the state, if there can be any."""
        if self._loaded is not None:
            write_atomically(self._state_file, self._loaded.dump())

    def _sagemaker(self) -> "SageMaker":
        with self._loading:
            if self._loaded is None:
                from mlops_gitops.emulator.moto_hooks import SageMaker

                loaded = SageMaker(endpoint_seconds=self._endpoint_seconds)
                if self._state_file.exists():
                    loaded.load(self._state_file.read_bytes())
                self._loaded = loaded
            return self._loaded


class CodePipelineFront:
    """The executor behind its target prefix."""

    def __init__(self, service: CodePipeline) -> None:
        self._service = service

    def handle(
        self, _method: str, _path: str, headers: Mapping[str, str], body: bytes, scope: Scope
    ) -> Answer:
        """Answer one API call."""
        operation = headers.get("x-amz-target", "").rpartition(".")[2]
        try:
            request = json.loads(body or b"{}")
        except ValueError:
            return json_error(400, "SerializationException", "The request is not JSON.")
        status, answered = self._service.handle(
            operation, request, account=scope.account, region=scope.region
        )
        headers = {"Content-Type": JSON_CONTENT_TYPE}
        if status >= 400:  # noqa: PLR2004 -- HTTP's border between answers and errors
            headers["x-amzn-errortype"] = str(answered.get("__type", "InternalFailure"))
        return Answer(status, headers, json.dumps(answered).encode())

    def call(self, scope: Scope, operation: str, request: Properties) -> dict[str, Any]:
        """Call an operation from inside.

        Raises:
            CallError: CodePipeline refused.
        """
        status, answered = self._service.handle(
            operation, request, account=scope.account, region=scope.region
        )
        return _unwrapped(status, answered)


def resource_types(sagemaker: SageMakerService, codepipeline: CodePipelineFront) -> list[Provider]:
    """The CloudFormation types that ministack lacks."""
    return [*sagemaker_types(sagemaker.call), PipelineType(api=codepipeline.call)]


def _unwrapped(status: int, answered: dict[str, Any]) -> dict[str, Any]:
    if status < 400:  # noqa: PLR2004 -- HTTP's border between answers and errors
        return answered
    code = str(answered.get("__type", "InternalFailure")).rpartition("#")[2]
    raise CallError(code, str(answered.get("message") or answered.get("Message") or code))
