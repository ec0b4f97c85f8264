"""What running a program costs: time, memory, and calls as they arrive at AWS's door."""

import contextlib
import json
import os
import resource
import subprocess
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

_MEGA = 1024
_LOOK = 0.01
"""Seconds between two looks at a process."""


class Failed(Exception):
    """A program did not do what it was run for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one run of a program cost.

    Attributes:
        wall: seconds until it ended.
        cpu: seconds in which it computed, its children's included.
        memory: the most that it held, in MB.
        calls: by service and operation.
        refused: how many of them came too early.
        said: what it printed.
    """

    wall: float
    cpu: float
    memory: int
    calls: Counter[str]
    refused: int
    said: str

    @property
    def total(self) -> int:
        """How often AWS was called."""
        return self.calls.total()


class Door:
    """The record that the embedded AWS keeps of calls; each look gives those since the last."""

    def __init__(self, record: Path) -> None:
        self._record = record
        self._read = 0

    def look(self) -> tuple[Counter[str], int]:
        """Count calls by what they are, and those that were refused."""
        if not self._record.exists():
            return Counter(), 0
        lines = self._record.read_text(encoding="utf-8").splitlines()
        new = [json.loads(line) for line in lines[self._read :]]
        self._read = len(lines)
        calls = Counter(f"{each['service']} {each['operation']}" for each in new)
        return calls, sum(not each["taken"] for each in new)


def ran(
    command: Sequence[str],
    door: Door,
    *,
    folder: Path | None = None,
    good: Sequence[int] = (0,),
    **environment: str,
) -> Cost:
    """Run a program that must succeed; nothing else may run meanwhile.

    Args:
        command: what is run.
        door: where its calls are counted.
        folder: where it runs.
        good: exit codes with which it has succeeded.
        environment: what it gets beside ours.

    Raises:
        Failed: it did not succeed.
    """
    door.look()
    began, before = time.perf_counter(), _children()
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    memory = [0]
    with ThreadPoolExecutor() as pool:
        heard = pool.submit(process.communicate)
        status = Path(f"/proc/{process.pid}/status")
        while not heard.done():
            memory.append(_most_held(status))
            time.sleep(_LOOK)
    said = heard.result()[0].decode()
    wall, used = time.perf_counter() - began, _children() - before
    if process.returncode not in good:
        raise Failed(f"{' '.join(command)} ended with {process.returncode}: {said[-2000:]}")
    calls, refused = door.look()
    return Cost(
        wall=wall,
        cpu=used,
        memory=max(memory) // _MEGA,
        calls=calls,
        refused=refused,
        said=said,
    )


def _children() -> float:
    """Give the seconds in which those computed who have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _most_held(status: Path) -> int:
    """Give the most memory that a process has held; what fork left it of ours does not count."""
    with contextlib.suppress(OSError):
        for line in status.read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    return 0


def told(calls: Mapping[str, int]) -> str:
    """Name calls by service, the most frequent first."""
    services: Counter[str] = Counter()
    for name, count in calls.items():
        services[name.partition(" ")[0]] += count
    return ", ".join(f"{service} {count:,}" for service, count in services.most_common())
