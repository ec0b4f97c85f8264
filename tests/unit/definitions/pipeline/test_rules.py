"""The table of rules is about tests that exist, are run and can fail; no kind of step lacks."""

import ast
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[4]
TESTS = ROOT / "tests"
EXAMPLES = ROOT / "config-examples"
DOCUMENT = ROOT / "docs" / "pipeline-steps.md"
ALL = "all"
SKIPPED = {"skip", "skipif", "xfail"}


@dataclass(frozen=True, slots=True)
class Row:
    """One rule, the kinds of steps that it is about, and what shows it."""

    kinds: tuple[str, ...]
    rule: str
    shown_by: tuple[str, ...]


def rows() -> list[Row]:
    """Read the table."""
    text = (Path(__file__).parent / "README.md").read_text(encoding="utf-8")
    found = re.findall(r"^\| ([a-z_, ]+) \| (.+?) \| (`.+) \|$", text, re.MULTILINE)
    return [
        Row(tuple(kinds.split(", ")), rule, tuple(re.findall(r"`([^`]+)`", shown)))
        for kinds, rule, shown in found
    ]


def kinds() -> list[str]:
    """List the kinds of shorthands."""
    variants = json.loads((ROOT / "schemas" / "pipeline_steps.json").read_bytes())
    named = (each["$ref"] for each in variants["$defs"]["step"]["anyOf"])
    return [name.partition(".")[0].removeprefix("step_") for name in named if "step_" in name]


ROWS = rows()
KINDS = kinds()
NAMED = sorted({name for row in ROWS for name in row.shown_by})


@cache
def functions(path: Path) -> dict[str, ast.FunctionDef]:
    """Give a module's functions."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {one.name: one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)}


def can_fail(function: ast.FunctionDef, near: dict[str, ast.FunctionDef]) -> bool:
    """Whether a function, or one of its module that it calls, asserts something."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            called = near.get(name)
            if name == "raises" or (called not in (None, function) and can_fail(called, {})):  # type: ignore[arg-type] - it is not None
                return True
    return False


def test_every_line_of_the_table_is_a_row() -> None:
    """None is lost because it is written in another way."""
    text = (Path(__file__).parent / "README.md").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith("| ")]

    assert len(lines) - 1 == len(ROWS)


def test_every_kind_of_step_has_its_rows() -> None:
    """None is left out, and none is invented."""
    assert {kind for row in ROWS for kind in row.kinds} == {*KINDS, ALL}


@pytest.mark.parametrize("named", NAMED)
def test_what_is_named_exists_and_can_fail(named: str) -> None:
    """An example has its folder; a test promises something, asserts it, and is never skipped."""
    if "::" not in named:
        is_broken = named.startswith("broken/")
        wanted = "expected.json" if is_broken else "mlops-gitops.yaml"
        assert (EXAMPLES / named / wanted).exists()
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

    assert ast.get_docstring(test)
    assert can_fail(test, near)
    assert not marks & SKIPPED


def types_in(value: Any) -> set[str]:
    """Find the kinds of steps that are used anywhere in a config."""
    if isinstance(value, dict):
        own = {value["type"]} if "name" in value and isinstance(value.get("type"), str) else set()
        return own.union(*(types_in(each) for each in value.values()))
    return set().union(*(types_in(each) for each in value)) if isinstance(value, list) else set()


def test_every_kind_of_step_has_an_example() -> None:
    """A good config uses each of them."""
    files = (EXAMPLES / "good").rglob("mlops-config.json")
    used = set().union(*(types_in(json.loads(file.read_bytes())) for file in files))

    assert set(KINDS) <= used


def test_every_kind_of_step_has_a_section() -> None:
    """What it must carry, its rules, an example and what it compiles to, each once."""
    headings = re.findall(r"^## ([a-z_]+)$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)

    assert sorted(headings) == sorted(KINDS)
