"""The tiny processes stand alone: they import nothing of the program."""

import ast
from pathlib import Path

import pytest

import mlops_gitops.executor

FOLDER = Path(mlops_gitops.executor.__file__).parent
LIGHT = ("references", "expressions", "language", "conditions")
HEAVY = {"subprocess", "threading", "fcntl", "socket", "tempfile", "shutil", "hashlib"}


def imported(path: Path) -> set[str]:
    """Name what a module imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


@pytest.mark.parametrize("name", ["child", "invoke"])
def test_a_child_imports_the_standard_library_alone(name: str) -> None:
    """It runs by its path, where the program is not installed."""
    assert not [each for each in imported(FOLDER / f"{name}.py") if "mlops_gitops" in each]


@pytest.mark.parametrize("name", ["__init__", *LIGHT])
def test_reading_the_language_loads_nothing_heavy(name: str) -> None:
    """Checking a config must not wait for what running one needs."""
    found = imported(FOLDER / f"{name}.py")

    assert not found & HEAVY
    allowed = {f"mlops_gitops.executor.{each}" for each in LIGHT}
    assert {each for each in found if each.startswith("mlops_gitops")} <= allowed
