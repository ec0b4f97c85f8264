"""The table of the predecessor's weaknesses is about tests that exist, are run and can fail."""

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
EXAMPLES = TESTS.parent / "config-examples"
BULLETS = {"4.2": 15, "4.3": 8, "4.4": 7, "4.5": 13, "4.6": 6}
"""How many weaknesses each section of our study of the predecessor lists."""
LATER = re.compile(r"later: \S.{10,}")
ASSERTING = {"raises", "golden"}
"""What asserts in a test's place: pytest's, and the comparison with a golden file."""
SKIPPED = {"skip", "skipif", "xfail"}


@dataclass(frozen=True, slots=True)
class Row:
    """One weakness, and what shows it gone."""

    number: str
    weakness: str
    shown_by: str

    @property
    def tests(self) -> list[str]:
        """The tests and examples that are named."""
        named = re.findall(r"`([^`]+)`", self.shown_by)
        return [one for one in named if "::" in one or one.startswith(("broken/", "good/"))]


def rows() -> list[Row]:
    """Read the table."""
    text = (Path(__file__).parent / "README.md").read_text(encoding="utf-8")
    found = re.findall(r"^\| (\d\.\d\.\d+) \| (.+?) \| (.+) \|$", text, re.MULTILINE)
    return [Row(*each) for each in found]


ROWS = rows()
NAMED = sorted({test for row in ROWS for test in row.tests})


@cache
def functions(path: Path) -> dict[str, ast.FunctionDef]:
    """Give a module's functions, those of its classes too."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {one.name: one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)}


def can_fail(function: ast.FunctionDef, near: dict[str, ast.FunctionDef]) -> bool:
    """Whether a function, or one of its module that it calls, asserts something."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in ASSERTING:
                return True
            called = near.get(name)
            if called is not None and called is not function and can_fail(called, {}):
                return True
    return False


def test_every_weakness_has_its_rows() -> None:
    """No number of any section is left out, and none is invented."""
    numbers = {row.number for row in ROWS}

    assert numbers == {
        f"{section}.{number}"
        for section, count in BULLETS.items()
        for number in range(1, count + 1)
    }


def test_every_row_is_shown_or_named_as_to_come() -> None:
    """A row names its tests, or the part of the product that is still to come."""
    for row in ROWS:
        assert row.tests or LATER.match(row.shown_by), row
    assert sum(not row.tests for row in ROWS) < len(ROWS) / 20


@pytest.mark.parametrize("named", NAMED)
def test_what_is_named_exists_and_can_fail(named: str) -> None:
    """An example has its folder; a test promises something, asserts it, and is never skipped."""
    if "::" not in named:
        folder = EXAMPLES / named
        is_broken = folder.parent.name == "broken"
        assert (folder / ("expected.json" if is_broken else "mlops-gitops.yaml")).exists()
        return
    file, name = named.split("::")
    near = functions(TESTS / file)
    test = near[name]
    marks = {
        node.attr
        for each in test.decorator_list
        for node in ast.walk(each)
        if isinstance(node, ast.Attribute)
    }

    assert name.startswith("test_")
    assert ast.get_docstring(test)
    assert can_fail(test, near), named
    assert not marks & SKIPPED


def test_the_predecessor_is_called_by_its_name() -> None:
    """Whoever reads the table knows which system it is about."""
    text = (Path(__file__).parent / "README.md").read_text(encoding="utf-8")

    assert "MLOps Workload Orchestrator" in text
