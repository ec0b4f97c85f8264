"""A change to one of 1,000 configs: what is planned and asked for, and how long that takes.

In memory, so that neither AWS's answers nor a network are measured: calls are counted, and the time
is that of this program, git included. Run it with `python benchmarks/changed.py`.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from builders import Trial, realtime, trial  # noqa: E402 - found by the line above

from mlops_gitops import app  # noqa: E402 - as above
from mlops_gitops.diff.plan import Action, Plan  # noqa: E402 - as above
from mlops_gitops.use_cases.changed import load_changed  # noqa: E402 - as above
from mlops_gitops.use_cases.desire import desire  # noqa: E402 - as above
from mlops_gitops.use_cases.plan import plan  # noqa: E402 - as above
from mlops_gitops.use_cases.validate import Repository, load_repository  # noqa: E402 - as above

COUNT = 1_000
RUNS = 3
PAGE = 100
"""Stacks that one answer of DescribeStacks holds."""


class Counted:
    """A port, and how often it was called."""

    def __init__(self, port: Any, calls: Counter[str]) -> None:
        self._port = port
        self._calls = calls

    def __getattr__(self, name: str) -> Any:
        """Count a call, and let it through; a listing counts as its pages."""

        def call(*arguments: Any) -> Any:
            answer = getattr(self._port, name)(*arguments)
            pages = -(-len(answer) // PAGE) if name == "overview" else 1
            self._calls[name] += max(1, pages)
            return answer

        return call


def main() -> None:
    """Measure, and print both."""
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; medians of {RUNS}\n")
    made = trial(*(realtime(f"model-{number}") for number in range(COUNT)))
    print(f"deploying {COUNT:,} workloads in memory ...", flush=True)
    for workload in desire(made.world()).workloads:
        for stack in workload.stacks:
            made.cloud.stacks.create(stack.deployable())
    made.cloud.settle()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        commit(made, root, "init", "-q", "-b", "main")
        made.commit(realtime("model-7", inference_instance="ml.m5.xlarge"))
        commit(made, root, "checkout", "-q", "-b", "change")
        files, data, history = app.files(root), app.package_data(), app.commits(root)
        measure("plan", made, lambda: load_repository(files, data))
        measure("plan --changed-since", made, lambda: load_changed(files, data, history, "main"))


def commit(made: Trial, root: Path, *words: str) -> None:
    """Run git, then commit all files."""
    for path, content in made.files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    me = ("-c", "user.name=Bench", "-c", "user.email=bench@example.com")
    for each in (words, ("add", "-A"), (*me, "commit", "-q", "-m", "bench")):
        command = ["git", "-C", str(root), *each]
        subprocess.run(command, check=True)


def measure(name: str, made: Trial, read: Callable[[], Repository]) -> None:
    """Read and plan several times."""
    seconds = []
    for _ in range(RUNS):
        calls: Counter[str] = Counter()
        began = time.perf_counter()
        told = planned(made, read(), calls)
        seconds.append(time.perf_counter() - began)
    workloads = {change.workload for change in told.changes}
    moving = {each.workload for each in told.changes if each.action is not Action.KEEP}
    print(
        f"{name:22} {statistics.median(seconds):6.2f} s  {sum(calls.values()):3} calls of "
        f"CloudFormation {json.dumps(calls)}  {len(workloads):5,} workloads, {len(moving)} changed"
    )


def planned(made: Trial, repository: Repository, calls: Counter[str]) -> Plan:
    """Plan, and count what is asked of CloudFormation."""
    world = made.world_of(repository)
    return plan(replace(world, stacks=Counted(world.stacks, calls)))


if __name__ == "__main__":
    main()
