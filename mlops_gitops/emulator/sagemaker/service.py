"""SageMaker behind the front: parts of ours before moto, which answers what they do not."""

import json
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from mlops_gitops.emulator.codepipeline.clients import Clients
from mlops_gitops.emulator.files import write_atomically
from mlops_gitops.emulator.providers import Properties
from mlops_gitops.emulator.sagemaker.caller import calling
from mlops_gitops.emulator.sagemaker.parts import PARTS
from mlops_gitops.emulator.sagemaker.plug import Inside, Operation, Part
from mlops_gitops.emulator.sagemaker.requests import check_request
from mlops_gitops.emulator.sagemaker.store import Store
from mlops_gitops.emulator.wire import (
    JSON_CONTENT_TYPE,
    Answer,
    CallError,
    Scope,
    json_error,
    unwrapped,
)

if TYPE_CHECKING:
    from mlops_gitops.emulator.moto_hooks import SageMaker

_MOTO_FILE = "sagemaker.pickle"
_STORE_FILE = "sagemaker.json"
_FOLDER = "sagemaker"


class SageMakerService:
    """SageMaker; moto is loaded when it is first needed, which takes a second."""

    def __init__(
        self,
        *,
        state_dir: Path,
        endpoint_seconds: float,
        endpoint_url: str,
        parts: Iterable[Part] = PARTS,
    ) -> None:
        self._state_dir = state_dir
        self._endpoint_seconds = endpoint_seconds
        self._loaded: SageMaker | None = None
        self._loading = threading.Lock()  # loading twice would forget what came in between
        self._store = Store()
        if (state_dir / _STORE_FILE).exists():
            self._store.load((state_dir / _STORE_FILE).read_bytes())
        inside = Inside(
            store=self._store,
            call=self.call,
            moto=self._moto_call,
            folder=state_dir / _FOLDER,
            clients=Clients(endpoint_url),
        )
        self._operations: dict[str, Operation] = {}
        for part in parts:
            self._operations.update(part(inside))

    def handle(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes, scope: Scope
    ) -> Answer:
        """Answer the API (`X-Amz-Target: SageMaker.*`) and the runtime (`/endpoints/...`)."""
        prefix, _, operation = headers.get("x-amz-target", "").rpartition(".")
        if prefix == "SageMaker":
            with calling(headers):
                return self._answer(operation, body, scope)
        parts = path.strip("/").split("/")
        if method == "POST" and len(parts) == 3 and parts[::2] == ["endpoints", "invocations"]:  # noqa: PLR2004 -- /endpoints/<name>/invocations
            return self._moto().invoke(unquote(parts[1]), body, scope)
        message = f"The embedded AWS does not emulate {method} {path} of SageMaker's runtime."
        return json_error(400, "UnknownOperationException", message)

    def call(self, scope: Scope, operation: str, request: Properties) -> dict[str, Any]:
        """Call an operation from inside.

        Raises:
            CallError: SageMaker refused.
        """
        handler = self._operations.get(operation)
        if handler is None:
            return self._moto_call(scope, operation, request)
        check_request(operation, request)
        return handler(scope, request)

    def save(self) -> None:
        """Write the state, if there can be any."""
        write_atomically(self._state_dir / _STORE_FILE, self._store.dump())
        if self._loaded is not None:
            write_atomically(self._state_dir / _MOTO_FILE, self._loaded.dump())

    def _answer(self, operation: str, body: bytes, scope: Scope) -> Answer:
        if operation not in self._operations:
            return self._moto().handle(operation, body, scope)
        try:
            answered = self.call(scope, operation, json.loads(body or b"{}"))
        except CallError as error:
            return json_error(400, error.code, str(error))
        except ValueError:
            return json_error(400, "SerializationException", "The request is not JSON.")
        return Answer(200, {"Content-Type": JSON_CONTENT_TYPE}, json.dumps(answered).encode())

    def _moto_call(self, scope: Scope, operation: str, request: Properties) -> dict[str, Any]:
        answer = self._moto().handle(operation, json.dumps(request).encode(), scope)
        return unwrapped(answer.status, json.loads(answer.body or b"{}"))

    def _moto(self) -> "SageMaker":
        with self._loading:
            if self._loaded is None:
                from mlops_gitops.emulator.moto_hooks import SageMaker

                loaded = SageMaker(endpoint_seconds=self._endpoint_seconds)
                if (self._state_dir / _MOTO_FILE).exists():
                    loaded.load((self._state_dir / _MOTO_FILE).read_bytes())
                self._loaded = loaded
            return self._loaded
