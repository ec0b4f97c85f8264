"""The table that says what is compared with the SageMaker SDK says what the tests compare."""

import re
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[4]
SDK = ROOT / "tests" / "sdk"
ROW = re.compile(r"^\| (\w+) \| (.+) \| (.+) \|(.*)\|$", re.MULTILINE)
NAMED = re.compile(r"(equal|alike|refused|absent) ((?:`[^`]+`(?:, (?=`))?)+)")
MAJORS = ("v2", "v3")


def rows() -> dict[str, tuple[dict[str, str], str]]:
    """Give what each row says of either version, and why."""
    found = ROW.findall((SDK / "README.md").read_text("utf-8"))
    return {
        step: (dict(zip(MAJORS, cells, strict=True)), why.strip())
        for step, *cells, why in found
        if step != "step"
    }


def said(cell: str) -> set[tuple[str, str]]:
    """Give what a cell says, by verb and name."""
    return {
        (verb, name) for verb, names in NAMED.findall(cell) for name in names[1:-1].split("`, `")
    }


def of_tests() -> Iterator[tuple[str, str, str]]:
    """Give what the tests do, by version, verb and name."""
    declared: dict[str, Any] = runpy.run_path(str(SDK / "declared.py"))
    scripts: dict[str, Any] = runpy.run_path(str(SDK / "test_scripts.py"))
    for table in (declared, scripts):
        for major, case in table["CASES"]:
            yield major, "alike" if (major, case) in table["DIFFERENCES"] else "equal", case
    for name, (major, *_) in scripts["REFUSED"].items():
        yield major, "refused", name
    for major, names in declared["ABSENT"].items():
        yield from ((major, "absent", name) for name in names)


def test_each_kind_of_step_has_its_row() -> None:
    """A new kind of step is compared with the SDK, or the table says why not."""
    folder = ROOT / "mlops_gitops" / "definitions" / "pipeline" / "steps"
    kinds = {path.stem for path in folder.glob("[a-z]*.py")}

    assert set(rows()) == kinds


def test_the_table_says_what_is_tested() -> None:
    """Each case stands in a row, and each row's cases are run as it says."""
    of_rows = {
        (major, *each)
        for cells, _ in rows().values()
        for major in MAJORS
        for each in said(cells[major])
    }
    no_step = {
        ("v2", "refused", "a script for version 2"),
        ("v3", "refused", "a script for version 2"),
    }

    assert of_rows == set(of_tests()) - no_step


@pytest.mark.parametrize("step", rows())
def test_what_is_not_compared_has_a_reason(step: str) -> None:
    """A cell names cases, or the row says why not."""
    cells, why = rows()[step]

    assert why or all(said(cell) for cell in cells.values())
    assert why or not any(verb == "refused" for cell in cells.values() for verb, _ in said(cell))
