"""`validate` starts fast, because it loads little."""

import json
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
    run = [sys.executable, "-c", RUN, *arguments]
    ended = subprocess.run(run, cwd=GOOD, capture_output=True, text=True, check=True)

    code, modules = json.loads(ended.stderr.splitlines()[-1])

    assert code == 0
    assert set(HEAVY).isdisjoint(modules)
