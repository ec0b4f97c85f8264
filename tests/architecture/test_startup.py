"""`validate` starts fast, because it loads little."""

import json
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GOOD = ROOT / "config-examples" / "good" / "guide-multi-account"
HEAVY = (
    "asyncio",
    "boto3",
    "botocore",
    "cfnlint",
    "git",
    "importlib.metadata",
    "jsonschema",
    "ministack",
    "moto",
    "rich",
    "sagemaker",
)
RUN = """
import json, sys
from mlops_gitops.cli import main
sys.argv = ["mlops-gitops", *sys.argv[1:]]
try:
    main()
except SystemExit as ended:
    print(json.dumps([ended.code, sorted(sys.modules)]), file=sys.stderr)
"""


@pytest.mark.parametrize(
    "arguments", [("validate",), ("--help",), ("schema", "settings"), ("blueprint", "list")]
)
def test_light_commands_load_nothing_heavy(arguments: tuple[str, ...]) -> None:
    """Neither AWS nor lint nor tables are loaded by commands that need none of them."""
    assert set(HEAVY).isdisjoint(loaded(GOOD, *arguments))


@pytest.mark.parametrize(
    "folder",
    [
        "pipeline-jobs",
        "pipeline-multi-account",
        "pipeline-scripts",
        "pipeline-steps",
        "step-functions",
    ],
)
def test_pipelines_are_checked_without_an_sdk(folder: str) -> None:
    """Every kind of step, scripts and state machines: neither boto3 nor an SDK is loaded."""
    assert set(HEAVY).isdisjoint(loaded(GOOD.with_name(folder), "validate"))


@pytest.mark.slow
@pytest.mark.parametrize("command", ["validate", "pipeline compile"])
def test_a_pipeline_of_200_steps_takes_less_than_a_second(tmp_path: Path, command: str) -> None:
    """For the whole process, on a machine with nothing else to do: the processor's time counts."""
    benchmark = runpy.run_path(str(ROOT / "benchmarks" / "pipelines.py"))
    config = benchmark["write"](tmp_path)
    words = [*command.split(), *([str(config)] if "compile" in command else [])]

    took = [benchmark["milliseconds"]([*words, "--root", str(tmp_path)])[0] for _ in range(3)]

    assert min(took) < benchmark["LIMIT_MS"]


def loaded(folder: Path, *arguments: str) -> list[str]:
    """Run a command that ends well; give the modules that it has loaded."""
    run = [sys.executable, "-c", RUN, *arguments]
    ended = subprocess.run(run, cwd=folder, capture_output=True, text=True, check=True)
    code, modules = json.loads(ended.stderr.splitlines()[-1])
    assert code == 0
    found: list[str] = modules
    return found
