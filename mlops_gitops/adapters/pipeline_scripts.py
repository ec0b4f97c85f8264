"""Pipeline scripts, run by an interpreter that has the SageMaker SDK.

Each order has a process of its own, with a copy of the files in a folder of its own and an
environment of its own: no credentials, no settings of the user, no network but a stub of AWS on
loopback. That keeps accidents out; it is no wall against code that wants to do harm.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mlops_gitops.adapters.scripts.stub import Heard, access_key, stub
from mlops_gitops.definitions.pipeline.script import (
    FaultKind,
    ScriptCall,
    ScriptFault,
    ScriptOrder,
    ScriptRun,
)

HERE = Path(__file__).parent / "scripts"
_PATIENCE = 10.0
"""Seconds in which a guard has ended what it guards."""
_FILE_SIZE = 1024**3
_OLD = 315_532_800
"""When every file was changed: 1980, the first year that zip files know."""
_LAST_WORDS = 300
_TOO_LONG, _SIGNALLED = 124, 128
"""How a guard ends where the time is up, and to what it adds a signal."""
_AT_ONCE = "0"
_CODE = "code"
_ANYWHERE = "/mlops-gitops/code"
"""Stands for the copy's path, which the SDK writes into some of what it makes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a script may use up.

    Attributes:
        grace: seconds in which a script whose time is up may say where it was.
        memory: address space in bytes; numpy and Arrow reserve more than they use.
    """

    seconds: float = 180.0
    grace: float = 5.0
    memory: int = 6 * 1024**3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Started:
    """A process that runs an order, and where it puts what."""

    order: ScriptOrder
    process: subprocess.Popen[bytes]
    folder: Path
    heard: Heard


class ChildScripts:
    """Runs scripts in processes of their own.

    Args:
        root: of the repository; interpreters are named from there.
        limits: of each process.
    """

    def __init__(self, root: Path, limits: Limits | None = None) -> None:
        self._root = root
        self._limits = limits or Limits()

    def run(self, orders: Sequence[ScriptOrder]) -> tuple[ScriptRun, ...]:
        """Run each order; however this ends, nothing of them goes on."""
        at_once = os.cpu_count() or 1
        batches = (orders[at : at + at_once] for at in range(0, len(orders), at_once))
        return tuple(run for batch in batches for run in self._side_by_side(batch))

    def _side_by_side(self, orders: Sequence[ScriptOrder]) -> list[ScriptRun]:
        with ExitStack() as stack:
            started = [stack.enter_context(self._started(order)) for order in orders]
            return [each if isinstance(each, ScriptRun) else _ended(each) for each in started]

    @contextmanager
    def _started(self, order: ScriptOrder) -> Iterator[_Started | ScriptRun]:
        python = interpreter(self._root, order.python)
        if python is None:
            yield _failed(order, FaultKind.INTERPRETER, order.python, "there is no such program")
            return
        with ExitStack() as stack:
            made = stack.enter_context(tempfile.TemporaryDirectory(prefix="mlops-gitops-"))
            folder = Path(made).resolve()
            own = {f"{order.bucket}/{call.prefix}" for call in order.calls}
            address, heard = stack.enter_context(stub(own))
            _prepare(folder, order, self._limits)
            said = stack.enter_context((folder / "said").open("wb"))
            paths = (HERE / "worker.py", folder / "order.json", folder / "result.json")
            guard = (sys.executable, "-I", str(HERE / "guard.py"))
            seconds = str(self._limits.seconds + self._limits.grace)
            process = subprocess.Popen(  # noqa: S603 - the user's own script
                [*guard, seconds, _AT_ONCE, python, "-I", "-B", *map(str, paths)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=said,
                env=environment_of(python, folder, address, order.region),
                cwd=folder,
                start_new_session=True,
            )
            stack.callback(end, process)
            yield _Started(order=order, process=process, folder=folder, heard=heard)


def interpreter(root: Path, written: str) -> str | None:
    """Find a program: a path from the root, or a command.

    A link stays one: it is by its path that Python knows its virtual environment.
    """
    if "/" not in written:
        return shutil.which(written)
    path = root.absolute() / Path(written).expanduser()
    return str(path) if os.access(path, os.X_OK) and path.is_file() else None


def _prepare(folder: Path, order: ScriptOrder, limits: Limits) -> None:
    """Write what a worker reads: the copy, the order, the settings of the SDK."""
    code = copy_code(folder, order)
    written = {
        "folder": str(code),
        "script": order.script,
        "calls": [call_of(folder, index, each, order) for index, each in enumerate(order.calls)],
        "memory": limits.memory,
        "seconds": limits.seconds,
        "file_size": _FILE_SIZE,
    }
    (folder / "order.json").write_text(json.dumps(written), encoding="utf-8")


def copy_code(folder: Path, order: ScriptOrder) -> Path:
    """Write the copy that a script sees, beside a home of its own; give the copy's folder."""
    code = folder / _CODE
    (folder / "home").mkdir()
    for name, content in order.files.items():
        path = code / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        os.utime(path, (_OLD, _OLD))
    return code


def call_of(folder: Path, index: int, call: ScriptCall, order: ScriptOrder) -> Mapping[str, Any]:
    """Tell one call, and write the SDK's settings for it.

    Source: "Configuring and using defaults with the SageMaker Python SDK"; JSON is YAML, too.
    """
    session = {"DefaultS3Bucket": order.bucket, "DefaultS3ObjectKeyPrefix": call.prefix}
    modules = {"TelemetryOptOut": True, "Session": session}
    settings = {"SchemaVersion": "1.0", "SageMaker": {"PythonSDK": {"Modules": modules}}}
    file = folder / "home" / f"sagemaker-{index}.yaml"
    file.write_text(json.dumps(settings), encoding="utf-8")
    return {
        "stage": call.stage,
        "arguments": call.arguments,
        "extra": call.extra,
        "environment": {
            "AWS_ACCESS_KEY_ID": access_key(index, call.account),
            "SAGEMAKER_ADMIN_CONFIG_OVERRIDE": str(file),
            "SAGEMAKER_USER_CONFIG_OVERRIDE": str(file),
        },
    }


def environment_of(python: str, folder: Path, address: str, region: str) -> dict[str, str]:
    """Give all variables that there are.

    Sources: the reference guide of the AWS SDKs, and the SageMaker SDK, which asks IAM about roles
    and warns of its version unless it is told not to.
    """
    home = str(folder / "home")
    return {
        "PATH": os.pathsep.join((str(Path(python).parent), "/usr/bin", "/bin")),
        "HOME": home,
        "TMPDIR": home,
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "AWS_CONFIG_FILE": f"{home}/none",
        "AWS_SHARED_CREDENTIALS_FILE": f"{home}/none",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": address,
        "AWS_REQUEST_CHECKSUM_CALCULATION": "when_required",
        "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_DEFAULT_REGION": region,
        "AWS_REGION": region,
        "SAGEMAKER_SUPPRESS_V2_WARNING": "1",
        "SAGEMAKER_VALIDATE_ROLE": "false",
    }


def end(process: subprocess.Popen[bytes], patience: float = _PATIENCE) -> None:
    """End the guard, which ends what it guards; kill it when patience ends, in seconds."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _ended(started: _Started) -> ScriptRun:
    """Wait for a run and read what came of it."""
    code = started.process.wait()
    order, heard = started.order, started.heard
    try:
        written = (started.folder / "result.json").read_text(encoding="utf-8")
        told = json.loads(written.replace(str(started.folder / _CODE), _ANYWHERE))
    except (OSError, ValueError):
        return _died(started, code)
    fault = fault_of(told, order)
    if heard.refused:
        here = ScriptFault(kind=FaultKind.AWS, path=order.script, line=told["line"])
        return ScriptRun(fault=replace(fault or here, kind=FaultKind.AWS, about=heard.refused[0]))
    if fault is not None:
        return ScriptRun(fault=fault)
    keys = {call.stage: access_key(at, call.account) for at, call in enumerate(order.calls)}
    return ScriptRun(
        definitions=told["definitions"],
        objects={stage: _anywhere(started, key) for stage, key in keys.items()},
    )


def _anywhere(started: _Started, key: str) -> Mapping[str, bytes]:
    """Give what was uploaded, without the path of a folder that nobody else has.

    A session that a script keeps is that of its first stage, so what others uploaded counts, too.
    """
    here, there = str(started.folder / _CODE).encode(), _ANYWHERE.encode()
    heard = started.heard.objects
    every = {uri: content for own in heard.values() for uri, content in own.items()}
    objects = {**every, **heard.get(key, {})}
    return {uri: content.replace(here, there) for uri, content in objects.items()}


def fault_of(told: Mapping[str, Any], order: ScriptOrder) -> ScriptFault | None:
    """Read what a worker tells of an error; None if there was none."""
    error = told["error"]
    if error is None:
        return None
    return ScriptFault(
        kind=FaultKind(error["kind"]),
        path=str(error["path"] or order.script),
        line=int(error["line"] or 1),
        message=str(error["message"]),
        about=str(error["about"]),
        sdk=str(told["sdk"]),
    )


def _died(started: _Started, code: int) -> ScriptRun:
    """Tell of a run that could not even say what was wrong."""
    if code == _TOO_LONG:
        return _failed(started.order, FaultKind.TIME, "", "")
    said = (started.folder / "said").read_bytes()[-_LAST_WORDS:].decode(errors="replace").strip()
    last = said.splitlines()[-1] if said else ""
    told = str(code) if code < _SIGNALLED else str(_SIGNALLED - code)
    return _failed(started.order, FaultKind.DIED, told, last)


def _failed(order: ScriptOrder, kind: FaultKind, about: str, message: str) -> ScriptRun:
    fault = ScriptFault(kind=kind, path=order.script, about=about, message=message)
    return ScriptRun(fault=fault)
