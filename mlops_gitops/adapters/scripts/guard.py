"""The process between us and a user's script: when the script ends, all it has started ends.

Run by its path, alone: `python -I guard.py SECONDS GRACE COMMAND...`. It ends as the command does,
with 128 and the signal that killed it, or with 124 where it takes longer. Asked to end itself, it
sends Ctrl-C to everything and waits for so many seconds of grace before it kills. What the command
starts may leave its process group and its parent; the kernel then gives it to us
(`PR_SET_CHILD_SUBREAPER` of prctl(2)), so that nothing is forgotten. Elsewhere than on Linux, a
process that leaves its group gets away.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_TOO_LONG = 124
_SIGNALLED, _STOPPED = 128, 143
_PAUSE = 0.01


def main(seconds: float, grace: float, command: list[str]) -> int:
    """Run a command, then end whatever it has left behind."""
    signal.signal(signal.SIGTERM, _stop)
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        # If we are forgotten ourselves, what we guard must not go on.
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    try:
        started = subprocess.Popen(command)  # noqa: S603 - the worker
        code = started.wait(seconds)
        return code if code >= 0 else _SIGNALLED - code
    except subprocess.TimeoutExpired:
        return _TOO_LONG
    except _Stopped:
        _ask_all(grace)
        return _STOPPED
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        _end_all()


class _Stopped(BaseException):
    """We are asked to end."""


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise _Stopped


def _ask_all(grace: float) -> None:
    """Send Ctrl-C to our group, which is ours alone, and wait: containers are stopped by that."""
    end = time.monotonic() + grace
    if grace:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        os.killpg(0, signal.SIGINT)
    with contextlib.suppress(ChildProcessError):
        while time.monotonic() < end:
            os.waitpid(-1, os.WNOHANG)
            time.sleep(_PAUSE)


def _end_all() -> None:
    """Kill our children until there are none: the children of the killed become ours."""
    while True:
        for child in _children():
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(_PAUSE)


def _children() -> list[int]:
    """List our children. Source: proc(5), `/proc/pid/task/tid/children`; else by ps(1)."""
    own = os.getpid()
    listed = Path(f"/proc/{own}/task/{own}/children")
    if listed.exists():
        return [int(each) for each in listed.read_text(encoding="ascii").split()]
    found = subprocess.run(
        ["/bin/ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=False
    )
    pairs = [line.split() for line in found.stdout.splitlines()]
    return [int(child) for child, parent in pairs if parent == str(own)]


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]))
