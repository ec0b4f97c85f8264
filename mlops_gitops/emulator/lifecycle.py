"""Start, find, stop and reset the embedded AWS. Plain functions over one state folder.

A server holds a lock in its state folder as long as it lives, so a crashed one is never mistaken
for a living one. Locks are POSIX `flock`: Windows is not supported.
"""

import contextlib
import fcntl
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mlops_gitops.emulator.environment import ORCHESTRATOR_ACCOUNT, REGION
from mlops_gitops.emulator.files import locked, private_folder
from mlops_gitops.emulator.front import HEALTH_PATH
from mlops_gitops.errors import EmulatorError, MissingExtra

DEFAULT_PORT = 4566

_LOG_FILE = "server.log"
_SERVER_FILE = "server.json"
_SERVER_LOCK = "server.lock"
_START_LOCK = "start.lock"
_STATE_ENTRIES = (
    "aws",
    "s3",
    "sagemaker",
    "sagemaker.pickle",
    "sagemaker.json",
    "codepipeline.json",
)
_PORT_TAKEN = 3
_START_SECONDS = 30.0
_STOP_SECONDS = 15.0
_POLL_SECONDS = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A server that answers.

    Attributes:
        endpoint_url: what AWS_ENDPOINT_URL is to be.
        port: on 127.0.0.1; not always the one asked for, if it was running before.
        pid: its process.
        state_dir: where it keeps its state and its log.
        enforces_iam: whether policies of roles are evaluated.
    """

    endpoint_url: str
    port: int
    pid: int
    state_dir: Path
    enforces_iam: bool = False

    @property
    def log_file(self) -> Path:
        """Where it writes what goes wrong."""
        return self.state_dir / _LOG_FILE


@dataclass(frozen=True, slots=True, kw_only=True)
class Iam:
    """What is done with the policies of roles; by default nothing, which takes no time.

    Attributes:
        enforced: whether calls that they do not allow are refused.
        record: a file for what roles ask; None for no record.
    """

    enforced: bool = False
    record: Path | None = None


NOT_EVALUATED = Iam()


@dataclass(frozen=True, slots=True, kw_only=True)
class Measuring:
    """What whoever measures wants of it; by default nothing.

    Attributes:
        calls_per_second: what each account takes of calls to each service; 0 for any number.
        record: a file that gets a line for each call; None for no record.
        saves_at_end: whether state is written only when it is stopped: writing a great deal of it
            keeps everybody waiting.
    """

    calls_per_second: float = 0
    record: Path | None = None
    saves_at_end: bool = False


NOT_MEASURED = Measuring()


def up(
    state_dir: Path,
    port: int = DEFAULT_PORT,
    iam: Iam = NOT_EVALUATED,
    measuring: Measuring = NOT_MEASURED,
) -> Running:
    """Start the embedded AWS, or find the one that serves this state folder already.

    Args:
        state_dir: made if missing, mode 0700.
        port: 0 takes a free one. A server that is running keeps the port it has.
        iam: what is done with the policies of roles.
        measuring: what is done with calls.

    Raises:
        EmulatorError: the port is taken by another program, the server did not come up, or one
            runs that does not evaluate policies and was to.
        MissingExtra: the emulators are not installed.
    """
    if importlib.util.find_spec("ministack") is None or importlib.util.find_spec("moto") is None:
        message = "The embedded AWS is not installed."
        raise MissingExtra(message, hint="Run: pip install 'mlops-gitops[local]'")
    state_dir = private_folder(state_dir.absolute())
    with locked(state_dir / _START_LOCK, fcntl.LOCK_EX):
        running = status(state_dir)
        if running is None:
            return _start(state_dir, port, (*_words(iam), *_measured(measuring)))
        if iam.enforced and not running.enforces_iam:
            message = "The embedded AWS runs, and does not evaluate the policies of roles."
            hint = "Stop it with `mlops-gitops local down`; it keeps its state. Then start it anew."
            raise EmulatorError(message, hint=hint)
        return running


def status(state_dir: Path) -> Running | None:
    """The server of this state folder, if one lives and answers."""
    state_dir = state_dir.absolute()
    running = _recorded(state_dir)
    if running is None or not _is_locked(state_dir / _SERVER_LOCK):
        return None
    health = _health(running.endpoint_url)
    if health is None or health.get("pid") != running.pid:
        return None
    return replace(running, enforces_iam=health.get("enforces_iam") is True)


def down(state_dir: Path) -> bool:
    """Stop the server of this state folder; its state stays. False if none was running.

    Raises:
        EmulatorError: it does not stop.
    """
    state_dir = state_dir.absolute()
    lock = state_dir / _SERVER_LOCK
    running = _recorded(state_dir)
    # Only the holder of the lock is signalled: a recorded process id alone may be someone else's.
    if running is None or not _is_locked(lock):
        return False
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.kill(running.pid, number)
        deadline = time.monotonic() + _STOP_SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(running.pid, os.WNOHANG)  # it may be our own child
            if not _is_locked(lock) and not _exists(running.pid):
                (state_dir / _SERVER_FILE).unlink(missing_ok=True)
                return True
            time.sleep(_POLL_SECONDS)
    message = f"The embedded AWS (process {running.pid}) does not stop."
    raise EmulatorError(message, hint=f"Look into {running.log_file}.")


def reset(state_dir: Path) -> None:
    """Stop the server and forget everything it knew. Files that are not ours stay."""
    state_dir = state_dir.absolute()
    down(state_dir)
    for name in _STATE_ENTRIES:
        entry = state_dir / name
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink(missing_ok=True)


def environment(running: Running) -> Mapping[str, str | None]:
    """What a process must have in its environment to talk to this AWS; None means unset.

    The access key is the orchestrator's account id: such a key acts as that account's root here.
    """
    elsewhere = {name: None for name in os.environ if name.startswith("AWS_ENDPOINT_URL_")}
    direct = ",".join(dict.fromkeys([*_no_proxy(), "127.0.0.1", "localhost"]))
    return {
        **elsewhere,
        "AWS_ENDPOINT_URL": running.endpoint_url,
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": None,
        "AWS_ACCESS_KEY_ID": ORCHESTRATOR_ACCOUNT,
        "AWS_SECRET_ACCESS_KEY": "emulated",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_PROFILE": None,
        "AWS_DEFAULT_PROFILE": None,
        "AWS_SESSION_TOKEN": None,
        # A proxy, where there is one, is not asked for an address of this machine.
        "NO_PROXY": direct,
        "no_proxy": direct,
    }


def _no_proxy() -> list[str]:
    given = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    return [each.strip() for each in given.split(",") if each.strip()]


def _words(iam: Iam) -> list[str]:
    words = ["--enforce-iam"] if iam.enforced else []
    return [*words, "--record-iam", str(iam.record.absolute())] if iam.record else words


def _measured(measuring: Measuring) -> list[str]:
    words = ["--save-at-end"] if measuring.saves_at_end else []
    if measuring.record is not None:
        words += ["--record-calls", str(measuring.record.absolute())]
    return [*words, "--calls-per-second", str(measuring.calls_per_second)]


def _start(state_dir: Path, port: int, words: Sequence[str]) -> Running:
    log = state_dir / _LOG_FILE
    command = [sys.executable, "-m", "mlops_gitops.emulator.server"]
    command += ["--port", str(port), "--state-dir", str(state_dir), *words]
    (state_dir / _SERVER_FILE).unlink(missing_ok=True)
    with open(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as output:  # noqa: PTH123 -- a descriptor with its mode
        process = subprocess.Popen(  # noqa: S603 -- our own server
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            cwd=state_dir,
        )
    try:
        return _answering(process, state_dir, port)
    except BaseException:
        # Interrupted or not: nobody would know of it, so nobody could stop it.
        process.kill()
        process.wait()
        raise


def _answering(process: subprocess.Popen[bytes], state_dir: Path, port: int) -> Running:
    """Wait until a server that has just been started answers."""
    log = state_dir / _LOG_FILE
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        running = status(state_dir)
        if running is not None:
            process.returncode = 0  # it outlives us on purpose; no warning about that
            return running
        if process.poll() is not None:
            raise _not_started(process.returncode, port, log)
        time.sleep(_POLL_SECONDS)
    message = f"The embedded AWS did not come up within {_START_SECONDS:.0f} seconds."
    raise EmulatorError(message, hint=f"Look into {log}.")


def _not_started(code: int, port: int, log: Path) -> EmulatorError:
    if code == _PORT_TAKEN:
        message = f"Port {port} on 127.0.0.1 is taken by another program, or may not be used."
        return EmulatorError(message, hint="Stop that program, or choose another with --port.")
    lines = log.read_text(errors="replace").strip().splitlines()
    message = f"The embedded AWS did not start: {lines[-1] if lines else f'exit code {code}'}"
    return EmulatorError(message, hint=f"Look into {log}.")


def _recorded(state_dir: Path) -> Running | None:
    try:
        found = json.loads((state_dir / _SERVER_FILE).read_bytes())
        port, pid = int(found["port"]), int(found["pid"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    url = f"http://127.0.0.1:{port}"
    return Running(endpoint_url=url, port=port, pid=pid, state_dir=state_dir)


def _health(endpoint_url: str) -> Mapping[str, object] | None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(endpoint_url + HEALTH_PATH, timeout=5) as response:
            answer: Mapping[str, object] = json.loads(response.read())
    except (OSError, ValueError):
        return None
    return answer


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _is_locked(path: Path) -> bool:
    if not path.exists():
        return False
    try:
        with locked(path, fcntl.LOCK_SH | fcntl.LOCK_NB):
            return False
    except BlockingIOError:
        return True
