"""Runs: executions under way, each on the executor; one that a restart broke off is run again."""

import json
import shutil
import threading
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from mlops_gitops.emulator.codepipeline import roles
from mlops_gitops.emulator.codepipeline.clients import Credentials
from mlops_gitops.emulator.pipelines.catalog import EmbeddedCatalog
from mlops_gitops.emulator.pipelines.functions import functions_of
from mlops_gitops.emulator.pipelines.objects import Objects
from mlops_gitops.emulator.pipelines.told import Told
from mlops_gitops.emulator.sagemaker.plug import Inside
from mlops_gitops.emulator.sagemaker.store import Record
from mlops_gitops.emulator.wire import CallError, Scope
from mlops_gitops.errors import UsageError
from mlops_gitops.executor.handle import Handle, start
from mlops_gitops.executor.reading import read_run, read_steps
from mlops_gitops.executor.request import RunRequest
from mlops_gitops.executor.work.desk import Object

_PARALLELISM = 50
"""How many steps run at once where nothing says so; SageMaker's own limit is the account's."""
_BUSY = frozenset({"Executing", "Stopping"})
_GRACE = 2.0


class Runs:
    """The executions of all accounts that this process runs.

    Args:
        inside: clients of the embedded AWS, and a folder for run folders.
    """

    def __init__(self, inside: Inside) -> None:
        self._inside = inside
        self._handles: dict[str, Handle] = {}
        self._lock = threading.RLock()

    def folder(self, scope: Scope, record: Record) -> Path:
        """Give the run folder of an execution's newest take."""
        place = (scope.account, scope.region, record["PipelineName"], str(record["Take"]))
        return self._inside.folder.joinpath(*place, str(record["Id"]))

    def begin(self, scope: Scope, record: Record) -> None:
        """Start what a record says.

        Raises:
            CallError: ValidationException, if it cannot run.
        """
        folder = self.folder(scope, record)
        clients = self._inside.clients
        definition = json.loads(record["PipelineDefinition"])
        request = RunRequest(
            definition=definition,
            pipeline=record["PipelineName"],
            parent=folder.parent,
            execution=record["Id"],
            parameters={each["Name"]: each["Value"] for each in record["PipelineParameters"]},
            parallelism=record.get("Parallelism") or _PARALLELISM,
            elsewhere=Objects(self._s3(scope, record["RoleArn"]), folder.parent / "fetched"),
            catalog=EmbeddedCatalog(self._inside, scope),
            functions=functions_of(
                clients.of_account("lambda", scope.account, scope.region),
                definition,
                folder.parent / "functions",
            ),
            selected=tuple(record["Selected"]) if record.get("Selected") is not None else None,
            previous=Path(record["Previous"]) if record.get("Previous") else None,
            cache=folder.parent.parent / "cache",
            region=scope.region,
            account=scope.account,
            grace=_GRACE,
        )
        try:
            handle = start(request, Told(self._inside, scope, folder))
        except UsageError as error:
            raise CallError("ValidationException", str(error)) from error
        with self._lock:
            self._handles[record["PipelineExecutionArn"]] = handle

    def look(self, scope: Scope, record: Record) -> tuple[Object, list[Object]]:
        """Give what is known of an execution and of its steps; go on with one that was broken off.

        A restart of the embedded AWS breaks off what runs; it is run from its beginning again.
        """
        folder = self.folder(scope, record)
        with self._lock:
            is_ours = record["PipelineExecutionArn"] in self._handles
            if not is_ours and _status(folder) in _BUSY:
                self._again(scope, record)
                return {"PipelineExecutionStatus": "Executing"}, []
        if not (folder / "run.json").is_file():  # it has only just begun
            return {"PipelineExecutionStatus": "Executing"}, []
        return read_run(folder), read_steps(folder)

    def stop(self, scope: Scope, record: Record) -> None:
        """Ask an execution to stop.

        Raises:
            CallError: it has ended.
        """
        run, _ = self.look(scope, record)
        handle = self._handles.get(record["PipelineExecutionArn"])
        if handle is None or run.get("PipelineExecutionStatus") not in _BUSY:
            status = run.get("PipelineExecutionStatus")
            message = f"Pipeline execution with ARN {record['PipelineExecutionArn']} is in status"
            raise CallError("ConflictException", f"{message} {status} and cannot be stopped.")
        handle.stop()

    def answer(self, token: str, status: str, details: Object) -> str:
        """Answer a callback; gives the execution's ARN.

        Raises:
            CallError: nobody waits for an answer with this token.
        """
        with self._lock:
            handles = dict(self._handles)
        for arn, handle in handles.items():
            try:
                handle.answer(token, status, details)
            except UsageError:
                continue
            return arn
        raise CallError("ResourceNotFound", f"No step waits for callback token {token}.")

    def _again(self, scope: Scope, record: Record) -> None:
        with self._inside.store.lock:
            record["Take"] += 1
        shutil.rmtree(self.folder(scope, record), ignore_errors=True)
        self.begin(scope, record)

    def _s3(self, scope: Scope, role: str) -> Any:
        clients = self._inside.clients
        who = Credentials(key=scope.account)
        try:
            who = roles.hop(clients, who, role, "SageMaker", scope.region)
        except ClientError:  # a role that was deleted meanwhile had been good enough to begin
            who = Credentials(key=scope.account)
        return clients.of("s3", who, scope.region)


def _status(folder: Path) -> str:
    """Read how an execution stood when it was last written down."""
    file = folder / "run.json"
    if not file.is_file():
        return "Executing"
    return str(json.loads(file.read_bytes()).get("PipelineExecutionStatus"))
