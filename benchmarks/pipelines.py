"""A pipeline of 200 steps, against the promise of a second for the whole process.

The promise is of a machine with nothing else to do, so it is held to the time of the processor;
the clock's is shown beside it.

It is checked (`validate`) and compiled (`pipeline compile`). Steps are of many kinds, with code
beside the config, references from step to step and a condition around a fifth of them.

Run it with `python benchmarks/pipelines.py`.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SETTINGS = Path(__file__).parents[1] / "config-examples/good/pipeline-jobs/mlops-gitops.yaml"
COUNT = 200
RUNS = 9
LIMIT_MS = 1_000
IMAGE = "111111111111.dkr.ecr.us-east-1.amazonaws.com/own:1"
SKLEARN = {"framework": "sklearn", "framework_version": "1.2-1", "instance_type": "ml.m5.large"}
CODE = {
    "code/checks.py": "def check(path, rows=1):\n    return {'path': path, 'rows': rows}\n",
    "code/more.py": "MORE = 1\n" * 500,
    "code/train.py": "import more\n",
    "prepare.py": "print('prepared')\n",
}
KINDS = ("processing", "training", "function", "execute_code", "create_model")
NESTED_FROM = 160


def main() -> None:
    """Measure, and fail where the promise is not kept."""
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; medians of whole processes\n")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        config = write(root)
        size = config.stat().st_size
        print(f"{COUNT} steps, {size / 1024:,.0f} KiB of config")
        commands = {
            "validate": ["validate", "--root", folder],
            "pipeline compile": ["pipeline", "compile", str(config), "--root", folder],
        }
        slow = [name for name, words in commands.items() if report(name, words) > LIMIT_MS]
    if slow:
        sys.exit(f"More than {LIMIT_MS} ms: {', '.join(slow)}")


def report(name: str, words: list[str]) -> float:
    """Measure a command; give the median of the processor's milliseconds."""
    took = [milliseconds(words) for _ in range(RUNS)]
    worked, waited = (statistics.median(column) for column in zip(*took, strict=True))
    print(f"{name:<18} {worked:>6,.0f} ms of the processor, {waited:>6,.0f} ms by the clock")
    return worked


def milliseconds(words: list[str]) -> tuple[float, float]:
    """Run a command that must end well; give what it took of the processor, and by the clock."""
    started, before = time.perf_counter(), os.times()
    command = [sys.executable, "-m", "mlops_gitops", *words]
    ended = subprocess.run(command, check=False, capture_output=True)
    waited, after = time.perf_counter() - started, os.times()
    if ended.returncode != 0:
        sys.exit(f"{words[0]} ended with {ended.returncode}: {ended.stdout + ended.stderr!r}")
    worked = after.children_user - before.children_user
    worked += after.children_system - before.children_system
    return worked * 1000, waited * 1000


def write(root: Path) -> Path:
    """Write a repository with one pipeline; give its config's path."""
    (root / "mlops-gitops.yaml").write_bytes(SETTINGS.read_bytes())
    folder = root / "churn"
    for name, text in CODE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    steps = list(declared())
    gate = {
        "name": "gate",
        "type": "condition",
        "conditions": [{"at_most": [{"parameter": "rows"}, 100]}],
        "if_steps": steps[NESTED_FROM:],
        "else_steps": [],
    }
    config = {
        "pipeline_type": "sagemaker_pipeline",
        "model_name": "churn",
        "parameters": {"data": "s3://acme-mlops-data/churn/", "rows": 10},
        "steps": [*steps[:NESTED_FROM], gate],
    }
    path = folder / "mlops-config.json"
    path.write_text(json.dumps(config, indent=2), encoding="utf-8")
    return path


def declared() -> Iterator[dict[str, Any]]:
    """Declare the steps; each group of kinds refers to what the group before it made."""
    for number in range(COUNT - 1):
        kind = KINDS[number % len(KINDS)]
        group = number // len(KINDS)
        yield {"name": f"{kind}-{group}", "type": kind, **about(kind, group)}


def about(kind: str, group: int) -> dict[str, Any]:
    """Say what a step of a kind does."""
    before: Any = {"parameter": "data"}
    if group:
        before = {"output": {"step": f"processing-{group - 1}", "name": "train"}}
    data = {"s3_uri": {"output": {"step": f"processing-{group}", "name": "train"}}}
    return {
        "processing": {
            **SKLEARN,
            "code": "prepare.py",
            "arguments": ["--group", group],
            "inputs": {"raw": {"s3_uri": before}},
            "outputs": {"train": {}, "test": {}},
            "cache": {"expire_after": "P30D"},
        },
        "training": {
            **SKLEARN,
            "source_dir": "code",
            "code": "train.py",
            "inputs": {"train": data, "validation": data},
            "hyperparameters": {"trees": 100, "group": group, "rows": {"parameter": "rows"}},
            "metric_definitions": {"rmse": "rmse=([0-9.]+)"},
        },
        "function": {
            **SKLEARN,
            "source_dir": "code",
            "code": "checks.py:check",
            "arguments": {"path": {"parameter": "data"}, "rows": {"parameter": "rows"}},
        },
        "execute_code": {
            **SKLEARN,
            "source_dir": "code",
            "code": "checks.py",
            "arguments": [{"result": {"step": f"function-{group}", "path": "rows"}}],
        },
        "create_model": {
            "image_uri": IMAGE,
            "model_data": {"model_of": f"training-{group}"},
            "depends_on": [f"execute_code-{group}"],
        },
    }[kind]


if __name__ == "__main__":
    main()
