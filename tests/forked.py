"""Commands in processes of their own, which need not import the program anew.

A process that has imported it waits. For each command it forks one, which is then as good as a
fresh one: with files, environment, folder and signals of its own. What a fresh interpreter does
until it is there is promised by the tests of start-up, of the wheel and of the demo.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from runpy import run_path
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_LENGTH = 8
_ASKING = threading.Lock()
PRELOADED = (
    *("mlops_gitops.app", "mlops_gitops.adapters.aws.assets", "mlops_gitops.adapters.aws.stacks"),
    *("mlops_gitops.adapters.git", "mlops_gitops.use_cases.world", "rich.live", "httpx"),
    *("boto3.s3.inject", "mlops_gitops.views.plan_json", "mlops_gitops.config.explain_shape"),
)


@dataclass(slots=True)
class Forked:
    """A command that runs, or has run; what `subprocess.Popen` says of one.

    Attributes:
        pid: its process.
        stdout: what it prints.
        stderr: what it tells besides.
        returncode: once it has ended and somebody asked.
    """

    pid: int
    stdout: TextIO
    stderr: TextIO
    _told: int
    returncode: int | None = field(default=None, init=False)

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def poll(self) -> int | None:
        """Look whether it has ended; give how."""
        return self._look(0)

    def communicate(self, timeout: float) -> tuple[str, str]:
        """Wait for its end; give what it wrote.

        Raises:
            TimeoutError: it goes on; it is killed.
        """
        read: dict[TextIO, str] = {}

        def drain(file: TextIO) -> None:
            with file:
                read[file] = file.read()

        readers = [
            threading.Thread(target=drain, args=(each,)) for each in (self.stdout, self.stderr)
        ]
        for each in readers:
            each.start()
        is_late = self._look(timeout) is None
        if is_late:
            os.kill(self.pid, signal.SIGKILL)
            self._look(timeout)
        for each in readers:
            each.join()
        os.close(self._told)
        if is_late:
            raise TimeoutError(f"Process {self.pid} went on after {timeout} seconds: {read}")
        return read[self.stdout], read[self.stderr]

    def _look(self, seconds: float) -> int | None:
        if self.returncode is None and select.select([self._told], [], [], seconds)[0]:
            self.returncode = int(os.read(self._told, _LENGTH))
        return self.returncode


def start(
    *words: str, folder: Path, environment: Mapping[str, str], script: Path | None = None
) -> Forked:
    """Start a command, with nothing to read; or a script that runs it in a way of its own."""
    (out, stdout), (err, stderr), (told, tell) = os.pipe(), os.pipe(), os.pipe()
    argv = [str(script or "mlops-gitops"), *words]
    asked = json.dumps({"argv": argv, "folder": str(folder), "environment": dict(environment)})
    _ask(asked.encode(), [stdout, stderr, tell])
    pid = int(os.read(told, _LENGTH))
    return Forked(pid, os.fdopen(out, encoding="utf-8"), os.fdopen(err, encoding="utf-8"), told)


def _ask(asked: bytes, files: list[int]) -> None:
    """Have a command started that writes into two files and tells its end to a third."""
    channel = _server()
    try:
        with _ASKING:
            socket.send_fds(channel, [b"%0*d" % (_LENGTH, len(asked))], files)
            channel.sendall(asked)
    finally:
        for each in files:
            os.close(each)


CALLER = """\
#!{python} -IS
import json, os, socket, sys
asked = {{
    "argv": ["mlops-gitops", *sys.argv[1:]],
    "folder": os.getcwd(),
    "environment": dict(os.environ),
}}
asked = json.dumps(asked).encode()
with socket.socket(socket.AF_UNIX) as there:
    there.connect({door!r})
    socket.send_fds(there, [b"%0*d" % ({length}, len(asked))], [1, 2])
    there.sendall(asked)
    sys.exit(int(there.recv({length})) & 255)
"""
"""The command `mlops-gitops` for scripts: it has a process forked, and ends as that ends."""


@contextlib.contextmanager
def called_by_name(folder: Path) -> Iterator[None]:
    """Put a command `mlops-gitops` into a folder of the PATH, for as long as somebody answers."""
    command = folder / "mlops-gitops"
    # A socket's path may not be longer than 107 bytes, which folders of tests soon are.
    with tempfile.TemporaryDirectory() as short, socket.socket(socket.AF_UNIX) as listening:
        door = f"{short}/door"
        text = CALLER.format(python=sys.executable, door=door, length=_LENGTH)
        command.write_text(text, encoding="utf-8")
        command.chmod(0o755)
        listening.bind(door)
        listening.listen()
        threading.Thread(target=_answer, args=(listening,), daemon=True).start()
        try:
            yield
        finally:
            listening.shutdown(socket.SHUT_RDWR)


def _answer(listening: socket.socket) -> None:
    """Have a command forked for everybody who calls, until nobody can any more."""
    while True:
        try:
            caller, _ = listening.accept()
        except OSError:
            return
        threading.Thread(target=_serve_caller, args=(caller,), daemon=True).start()


def _serve_caller(caller: socket.socket) -> None:
    """Have one command forked, and tell whoever called how it ended."""
    # Whatever goes wrong, the caller is not left waiting: it sees the door close.
    with caller:
        length, files, _, _ = socket.recv_fds(caller, _LENGTH, 2)
        asked = _all_of(caller, int(length))
        told, tell = os.pipe()
        _ask(asked, [*files, tell])
        with os.fdopen(told, "rb", buffering=0) as ends:
            ends.read(_LENGTH)  # the number of its process
            caller.sendall(ends.read(_LENGTH))


def _all_of(there: socket.socket, length: int) -> bytes:
    found = b""
    while len(found) < length:
        found += there.recv(length - len(found))
    return found


@cache
def _server() -> socket.socket:
    """Start the process that waits, once for all tests of this one; it ends with this one."""
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(
            [sys.executable, __file__, str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
        )

    def end() -> None:
        ours.close()
        process.wait(timeout=60)

    atexit.register(end)
    return ours


def serve(channel: socket.socket) -> None:
    """Fork a command for everybody who asks, until nobody can ask any more."""
    while True:
        length, files, _, _ = socket.recv_fds(channel, _LENGTH, 3)
        if not length:
            return
        asked = _all_of(channel, int(length))
        if os.fork() == 0:
            watch(channel, json.loads(asked), files)
        for each in files:
            os.close(each)


def watch(channel: socket.socket, asked: Mapping[str, Any], files: list[int]) -> NoReturn:
    """Fork the command, tell its number, wait for its end, and tell how it ended."""
    channel.close()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    stdout, stderr, tell = files
    pid = os.fork()
    if pid == 0:
        os.close(tell)
        become(asked, stdout, stderr)
    os.close(stdout)
    os.close(stderr)
    os.write(tell, b"%0*d" % (_LENGTH, pid))
    _, status = os.waitpid(pid, 0)
    with contextlib.suppress(BrokenPipeError):  # whoever asked has ended before
        os.write(tell, b"%0*d" % (_LENGTH, os.waitstatus_to_exitcode(status)))
    os._exit(0)


def become(asked: Mapping[str, Any], stdout: int, stderr: int) -> NoReturn:
    """Be what `mlops-gitops` is in a fresh process."""
    from mlops_gitops.cli import main

    os.dup2(stdout, 1)
    os.dup2(stderr, 2)
    os.close(stdout)
    os.close(stderr)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    time.tzset()
    sys.argv = asked["argv"]
    code = 1
    try:
        if sys.argv[0].endswith(".py"):
            run_path(sys.argv[0], run_name="__main__")
        else:
            main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:  # noqa: BLE001 - Python's own way of ending
        traceback.print_exc()
    finally:
        threading._shutdown()  # type: ignore[attr-defined]  # as Python does at its end
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    from mlops_gitops.cli import COMMANDS

    for name in (*PRELOADED, *(f"mlops_gitops.cli.{each.replace('-', '_')}" for each in COMMANDS)):
        import_module(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    serve(socket.socket(fileno=int(sys.argv[1])))
