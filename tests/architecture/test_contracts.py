"""The import contracts of pyproject.toml bite; `make check` holds the package to them."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from architecture.source import PACKAGE, ROOT

WRONGS = {
    "The data flows one way": ("config/planted.py", "import mlops_gitops.diff.plan"),
    "The path never touches the outside world": ("desired/planted.py", "import os"),
    "The executor needs nothing but Python": ("executor/planted.py", "import httpx"),
    "Views only show": ("views/planted.py", "import mlops_gitops.ports"),
    "Commands never speak to AWS themselves": ("cli/planted.py", "import boto3"),
    "Only app picks adapters": ("cli/planted.py", "import mlops_gitops.adapters.git"),
    "Only app, local and demo know the embedded AWS": (
        "cli/planted.py",
        "import mlops_gitops.emulator",
    ),
    "The embedded AWS knows nothing of the program": (
        "emulator/planted.py",
        "import mlops_gitops.ports",
    ),
}
"""For each contract, a module that breaks it."""


@pytest.fixture(scope="module")
def verdict(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What import-linter says of a copy of the package with all the wrongs in it."""
    copy = tmp_path_factory.mktemp("planted")
    shutil.copytree(PACKAGE, copy / PACKAGE.name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    for module, line in WRONGS.values():
        with (copy / PACKAGE.name / module).open("a", encoding="utf-8") as planted:
            planted.write(f"{line}\n")
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"],
        cwd=copy,
        env={"PYTHONPATH": str(copy), "COLUMNS": "200"},
        check=False,
        capture_output=True,
        text=True,
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize("contract", WRONGS)
def test_a_wrong_import_breaks_its_contract(contract: str, verdict: str) -> None:
    """Each contract reports the module that was planted against it."""
    assert f"{contract} BROKEN" in verdict


def test_every_contract_has_a_wrong_planted(verdict: str) -> None:
    """A contract nobody has seen broken may be one that cannot break."""
    assert " KEPT" not in verdict
    assert f"{len(WRONGS)} broken" in verdict
