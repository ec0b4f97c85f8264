"""Every command that writes is disturbed at its calls, in memory; a sample of `make faults`."""

import zlib
from collections.abc import Iterable

import pytest
from faults.every_row import ROWS
from faults.fault import Fault
from faults.line import Call
from faults.matrix import Cell, Then, cells, run
from faults.memory_table import memory_table
from faults.table import DOCUMENT, between

from mlops_gitops.cli import COMMANDS

LOOKING = {
    *("blueprint", "ci", "completion", "demo", "diff", "doctor", "explain", "history", "init"),
    *("local", "migrate", "pipeline", "render", "schema", "status", "validate", "why"),
}
"""Commands that write nothing at AWS, or only what another one of them does."""
SAMPLE = 5


@pytest.mark.parametrize("number", range(len(ROWS)), ids=lambda number: str(ROWS[number]))
def test_a_command_is_disturbed_and_run_again(number: int) -> None:
    """A fifth of the faults, each at one of its calls: the end is the same, the words help."""
    every = list(cells(ROWS[number]))
    faults = [each for place, each in enumerate(Fault) if (place + number) % SAMPLE == 0]
    chosen = [one_of(each for each in every if each.fault is fault) for fault in faults]

    assert [wrong for cell in chosen for wrong in run(cell)] == []


def one_of(found: Iterable[Cell]) -> Cell:
    """Choose one, always the same."""
    every = list(found)
    return every[zlib.crc32(str(every[0]).encode()) % len(every)]


def test_every_command_that_writes_is_disturbed() -> None:
    """A new command gets its rows, or stands among those that write nothing."""
    disturbed = {row.words[0] for row in ROWS}

    assert {*COMMANDS} == disturbed | (LOOKING & {*COMMANDS})
    assert not disturbed & LOOKING


def test_the_document_counts_what_there_is() -> None:
    """docs/faults.md says how often each command is disturbed now: else run `make faults`."""
    written = between(DOCUMENT.read_text(encoding="utf-8"), "memory")

    assert written == memory_table({})


def test_a_violation_is_seen() -> None:
    """Whoever does twice what was done once, is found out: the matrix can fail."""
    row = ROWS[0]
    start = next(each.call for each in cells(row) if each.call.method == "start")
    ghost = Call(start.port, start.method, start.asked, start.number + 1)

    cell = Cell(row=row, call=ghost, fault=Fault.REFUSED, then=Then.LATER)
    assert "the call was not made" in run(cell)[0]
