"""The sandbox: a user's program as a child process that finds `/opt/ml` in its place.

In a user and a mount namespace, the step's own folder is bound to `/opt/ml`. Where the machine
does not allow that, `/opt/ml` is replaced in arguments and environment: then a program finds its
folders through its arguments and the `SM_*` variables, but not by a path that it spells itself.
Neither is a wall: the program is the user's own, and may do what the user may.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path

from mlops_gitops.executor.child import OPT_ML
from mlops_gitops.executor.logs import Drain, Log

_CHILD = Path(__file__).with_name("child.py")
_PAUSE = 0.02


class Isolation(Enum):
    """How a program finds `/opt/ml`."""

    NAMESPACES = "namespaces"
    REDIRECTION = "redirection"

    @property
    def meaning(self) -> str:
        """What it is and what it cannot do, in one sentence."""
        return _MEANINGS[self]


_MEANINGS = {
    Isolation.NAMESPACES: "Each step has an /opt/ml of its own, in a mount namespace.",
    Isolation.REDIRECTION: (
        "This machine allows no user namespaces: /opt/ml is replaced in arguments and environment, "
        "so a program that opens a path such as /opt/ml/model by itself does not find it."
    ),
}


class CannotStart(Exception):
    """The machine did not let a program start; its fault, not the program's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What to run.

    Attributes:
        argv: the program and its arguments, with `/opt/ml` in its place.
        environment: its variables, all of them; with `/opt/ml` in its place.
        opt_ml: the folder that is `/opt/ml` for it.
        cwd: where it starts, with `/opt/ml` in its place.
        seconds: how long it may run.
        grace: how long it may take to end after it was told to.
    """

    argv: tuple[str, ...]
    environment: Mapping[str, str]
    opt_ml: Path
    cwd: str
    seconds: float
    grace: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """How a program ended.

    Attributes:
        code: its exit code; negative for the signal that killed it.
        late: whether it ran out of time.
        stopped: whether it was told to stop.
        last_words: the end of what it wrote to stderr.
    """

    code: int
    late: bool
    stopped: bool
    last_words: str


@cache
def available() -> Isolation:
    """Try whether namespaces are allowed here."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "opt_ml").mkdir()
        program = Program(
            argv=(sys.executable, "-I", "-S", "-c", f"open({OPT_ML!r} + '/seen', 'w')"),
            environment={},
            opt_ml=Path(folder, "opt_ml"),
            cwd="/",
            seconds=20,
            grace=1,
        )
        log = Log(Path(folder, "log"))
        try:
            run_program(program, Isolation.NAMESPACES, log, threading.Event())
        except CannotStart:
            return Isolation.REDIRECTION
        finally:
            log.close()
        seen = Path(folder, "opt_ml", "seen").exists()
    return Isolation.NAMESPACES if seen else Isolation.REDIRECTION


def run_program(program: Program, isolation: Isolation, log: Log, stop: threading.Event) -> Exit:
    """Run a program to its end.

    Args:
        program: what.
        isolation: how it finds `/opt/ml`.
        log: gets what it writes.
        stop: when set, the program is told to end (SIGTERM), and killed if it does not.

    Raises:
        CannotStart: it could not be started.
    """
    with tempfile.TemporaryDirectory(prefix="order-", dir=program.opt_ml.parent) as folder:
        failed = Path(folder, "failed")
        order = Path(folder, "order.json")
        order.write_text(json.dumps(_order(program, isolation, failed)), encoding="utf-8")
        try:
            process = subprocess.Popen(  # noqa: S603 - our own child; the user's program is its matter
                [sys.executable, "-I", "-S", str(_CHILD), str(order)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={},
                start_new_session=True,
            )
        except OSError as error:
            raise CannotStart(str(error)) from error
        assert process.stdout is not None  # noqa: S101 - both are pipes, mypy does not know
        assert process.stderr is not None  # noqa: S101 - the same
        drains = (Drain(process.stdout, log), Drain(process.stderr, log))
        late = _wait(process, program, stop)
        stopped = stop.is_set()
        _signal(process, signal.SIGKILL)  # what it left behind in its group
        drains[0].last_words(program.grace)
        if failed.exists():
            raise CannotStart(failed.read_text(encoding="utf-8"))
        words = drains[1].last_words(program.grace)
    return Exit(code=process.returncode, late=late, stopped=stopped, last_words=words)


def _wait(process: "subprocess.Popen[bytes]", program: Program, stop: threading.Event) -> bool:
    """Wait for the end; tell whether the program ran out of time."""
    end = time.monotonic() + program.seconds
    while process.poll() is None:
        late = time.monotonic() >= end
        if late or stop.wait(_PAUSE):
            _signal(process, signal.SIGTERM)
            try:
                process.wait(program.grace)
            except subprocess.TimeoutExpired:
                _signal(process, signal.SIGKILL)
                process.wait()
            return late
    return False


def _signal(process: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def _order(program: Program, isolation: Isolation, failed: Path) -> dict[str, object]:
    bound = isolation is Isolation.NAMESPACES
    folder = OPT_ML if bound else str(program.opt_ml)
    return {
        "bind": str(program.opt_ml) if bound else None,
        "argv": [redirected(each, folder) for each in program.argv],
        "env": {key: redirected(value, folder) for key, value in program.environment.items()},
        "cwd": redirected(program.cwd, folder),
        "failed": str(failed),
    }


def redirected(text: str, folder: str) -> str:
    """Put a folder in the place of `/opt/ml`, wherever a text names that or what is in it."""
    parts = text.split(OPT_ML)
    whole = parts[0]
    for part in parts[1:]:
        ends = not part or not (part[0].isalnum() or part[0] in "_-.")
        begins = not whole or not (whole[-1].isalnum() or whole[-1] in "_-./")
        whole += (folder if ends and begins else OPT_ML) + part
    return whole
