"""Local mode of the SageMaker SDK, in a process of its own.

As where a script only makes its pipeline, see `pipeline_scripts`, AWS is a stub on loopback, there
are no credentials and no settings of the user; here Docker's own variables are handed on, nothing
is limited, and what jobs write to S3 is kept in the run folder.
"""

import fcntl
import json
import os
import secrets
import selectors
import subprocess
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mlops_gitops.adapters.docker import docker_environment, docker_folder
from mlops_gitops.adapters.docker_folder import DockerFolder
from mlops_gitops.adapters.local_runs import hide
from mlops_gitops.adapters.pipeline_scripts import (
    HERE,
    call_of,
    copy_code,
    end,
    environment_of,
    fault_of,
    interpreter,
)
from mlops_gitops.adapters.scripts.stub import Heard, access_key, stub
from mlops_gitops.definitions.pipeline.script import FaultKind, ScriptFault
from mlops_gitops.errors import UsageError
from mlops_gitops.executor.folder import LOCK, STOP, create
from mlops_gitops.runs.docker_run import DockerOrder, DockerRun

_FOREVER, _GRACE = "1e9", "20"
"""Seconds: jobs take what they take; containers have ten to end before Docker kills them."""
_LOOK = 0.5
_PIECE = 65536
_DIED = "The process of the SageMaker SDK ended with {}. Its last words are in the log."


class SdkLocalMode:
    """Runs pipelines in local mode.

    Args:
        root: of the repository; interpreters are named from there.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def run(self, order: DockerOrder, tell: Callable[[str], None]) -> DockerRun | ScriptFault:
        """Run a pipeline to its end; however this ends, nothing of it goes on.

        Raises:
            UsageError: a parameter is none of the pipeline's, or the folder cannot be written.
        """
        script = order.script
        python = interpreter(self._root, script.python)
        if python is None:
            message = "there is no such program"
            kind = FaultKind.INTERPRETER
            return ScriptFault(kind=kind, path=script.script, about=script.python, message=message)
        with _started(order, python) as child:
            run = _Run(order=order, tell=tell, stack=ExitStack())
            with run.stack:
                try:
                    _follow(child, run)
                except BaseException:
                    child.stop(run)
                    raise
                return run.end(child.process.wait(), child.heard)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Child:
    """The process; `mark` begins the lines that are events."""

    process: subprocess.Popen[bytes]
    heard: Heard
    mark: str

    def lines(self, asked: Callable[[], bool]) -> Iterator[str]:
        """Give its lines as they come; between them, end it if somebody asks for that."""
        output = self.process.stdout
        assert output is not None  # noqa: S101 - it is a pipe
        with selectors.DefaultSelector() as selector:
            selector.register(output, selectors.EVENT_READ)
            rest, is_ending = b"", False
            while True:
                if asked() and not is_ending:
                    is_ending = True
                    self.process.terminate()
                if not selector.select(_LOOK):
                    continue
                piece = os.read(output.fileno(), _PIECE)
                *whole, rest = (rest + piece).split(b"\n")
                yield from (line.decode(errors="replace").rstrip("\r") for line in whole)
                if not piece:
                    return

    def stop(self, run: "_Run") -> None:
        """Have it end its containers, and then itself."""
        end(self.process, float(_GRACE) + _LOOK)
        run.break_off()


def _follow(child: _Child, run: "_Run") -> None:
    for line in child.lines(run.is_asked_to_stop):
        if line.startswith(child.mark):
            run.event(json.loads(line.removeprefix(child.mark)))
        elif line:
            run.line(line)


@dataclass(slots=True, kw_only=True)
class _Run:
    """What is known of a run; `folder` is there as soon as the pipeline is made."""

    order: DockerOrder
    tell: Callable[[str], None]
    stack: ExitStack
    folder: DockerFolder | None = None
    said: list[str] = field(default_factory=list)
    status: str = ""
    failure: dict[str, Any] | None = None

    def event(self, event: dict[str, Any]) -> None:
        """Take over what the child tells."""
        kind = event.pop("event")
        if kind == "begins":
            self.folder = self._begin(event)
        elif kind == "fails":
            self.failure = event
        elif self.folder is not None and kind == "step":
            self.folder.step(event["name"])
            self.tell(f"{event['name']}: Executing")
        elif self.folder is not None:
            self.status = str(event["execution"]["PipelineExecutionStatus"])
            self.folder.end(event["execution"], event["steps"])

    def line(self, line: str) -> None:
        """Keep and tell what was written."""
        self.said.append(line)
        del self.said[:-1]
        if self.folder is not None:
            self.folder.log(line)
            self.tell(line)

    def is_asked_to_stop(self) -> bool:
        """Tell whether `pipeline stop` was there."""
        return self.folder is not None and (self.folder.path / STOP).exists()

    def break_off(self) -> None:
        """Write down that it was interrupted."""
        if self.folder is not None and not self.status:
            self.folder.break_off("Stopped", "It was interrupted.")

    def end(self, code: int, heard: Heard) -> DockerRun | ScriptFault:
        """Say what came of it, when the process has ended."""
        if self.folder is None:
            return self._fault(code, heard)
        self.folder.keep((uri, each) for own in heard.objects.values() for uri, each in own.items())
        if self.is_asked_to_stop():
            self.break_off()
        elif self.failure is not None:
            self.folder.break_off("Failed", f"{self.failure['about']}: {self.failure['message']}")
        elif not self.status:
            self.folder.break_off("Failed", _DIED.format(code))
        done = self.status == "Succeeded"
        refused = tuple(dict.fromkeys(heard.refused))
        return DockerRun(folder=self.folder.path, succeeded=done, refused=refused)

    def _begin(self, event: dict[str, Any]) -> DockerFolder:
        try:
            hide(self.order.parent)
        except OSError as error:
            message = f"{self.order.parent} cannot be written: {error.strerror}."
            raise UsageError(message, hint="Choose another folder with --runs.") from error
        folder = create(self.order.parent, None)
        lock = self.stack.enter_context((folder.path / LOCK).open("w", encoding="utf-8"))
        fcntl.flock(lock, fcntl.LOCK_EX)
        return DockerFolder(folder, self.order.name, event)

    def _fault(self, code: int, heard: Heard) -> ScriptFault:
        script = self.order.script.script
        last = self.said[-1] if self.said else ""
        if self.failure is None:
            return ScriptFault(kind=FaultKind.DIED, path=script, about=str(code), message=last)
        if self.failure["kind"] == "parameter":
            hint = "`mlops-gitops pipeline compile` shows the pipeline's parameters."
            raise UsageError(str(self.failure["about"]), hint=hint)
        if heard.refused:
            line, asked = int(self.failure["line"] or 1), heard.refused[0]
            return ScriptFault(kind=FaultKind.AWS, path=script, line=line, about=asked)
        told = {"error": self.failure, "sdk": self.failure.get("sdk", "")}
        fault = fault_of(told, self.order.script)
        assert fault is not None  # noqa: S101 - there is an error
        return fault


@dataclass(frozen=True, slots=True)
class _Places(Collection[str]):
    """Folders of S3 that may be listed: what holds data of this machine, and the default bucket."""

    known: tuple[str, ...]

    def __contains__(self, folder: object) -> bool:
        return any(
            str(folder).startswith(each) or each.startswith(str(folder)) for each in self.known
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self.known)

    def __len__(self) -> int:
        return len(self.known)


@contextmanager
def _started(order: DockerOrder, python: str) -> Iterator[_Child]:
    with ExitStack() as stack:
        made = tempfile.TemporaryDirectory(prefix="mlops-gitops-", ignore_cleanup_errors=True)
        folder = Path(stack.enter_context(made)).resolve()
        places = (f"{order.script.bucket}/", *(uri.removeprefix("s3://") for uri in order.data))
        address, heard = stack.enter_context(stub(_Places(places)))
        for uri, content in _objects(order):
            heard.objects.setdefault(_who(order), {})[uri] = content
        mark = f"@{secrets.token_hex(8)} "
        _write_order(folder, order, mark)
        process = subprocess.Popen(  # noqa: S603 - the user's own script
            [
                *(sys.executable, "-I", str(HERE / "guard.py"), _FOREVER, _GRACE),
                *(python, "-I", "-B", str(HERE / "local_mode.py"), str(folder / "order.json")),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=_environment(python, folder, address, order.script.region),
            cwd=folder,
            start_new_session=True,
        )
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        stack.enter_context(process.stdout)
        stack.callback(end, process)
        yield _Child(process=process, heard=heard, mark=mark)


def _who(order: DockerOrder) -> str:
    return access_key(0, order.script.calls[0].account)


def _objects(order: DockerOrder) -> Iterator[tuple[str, bytes]]:
    """Give the data of this machine as objects."""
    for uri, path in order.data.items():
        if path.is_file():
            yield uri, path.read_bytes()
            continue
        for file in sorted(each for each in path.rglob("*") if each.is_file()):
            yield f"{uri.rstrip('/')}/{file.relative_to(path).as_posix()}", file.read_bytes()


def _write_order(folder: Path, order: DockerOrder, mark: str) -> None:
    """Write what the child reads; scripts of jobs are mounted, and not fetched from S3.

    Source: "Local mode", the SageMaker Python SDK's user guide; JSON is YAML, too.
    """
    code = copy_code(folder, order.script)
    settings = folder / "home" / ".sagemaker" / "config.yaml"
    settings.parent.mkdir()
    settings.write_text(json.dumps({"local": {"local_code": True}}), encoding="utf-8")
    written = {
        "folder": str(code),
        "script": order.script.script,
        "call": call_of(folder, 0, order.script.calls[0], order.script),
        "parameters": dict(order.parameters),
        "mark": mark,
    }
    (folder / "order.json").write_text(json.dumps(written), encoding="utf-8")


def _environment(python: str, folder: Path, address: str, region: str) -> dict[str, str]:
    own = environment_of(python, folder, address, region)
    path = os.pathsep.join(filter(None, (own["PATH"], docker_folder())))
    return {**own, **docker_environment(), "PATH": path, "PYTHONUNBUFFERED": "1"}
