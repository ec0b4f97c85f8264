"""The matrix: each command, each of its calls, each fault; and what has to hold afterwards."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from functools import cache
from itertools import cycle, product
from typing import Any

from builders import Trial
from faults.end_state import differing, end_state
from faults.fault import SECRET, Fault, disturbance
from faults.line import Call, Line
from faults.rows import Row
from faults.typed import Said, Words, did, typed

_CODES = {0, 1, 4, 5}
_MOMENT = timedelta(seconds=1)
_NOT_YET, _BUSY = {4, 5}, "_IN_PROGRESS"
_LONG = 7200
_NEXT = ("epeat the command", "again", "mlops-gitops ", "Grant the permission")
_DEFECTS = ("Traceback", "this is a defect")


class Then(Enum):
    """When the command is run again."""

    AT_ONCE = "at once"
    LATER = "when nothing moves any more"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One fault at one call of a command."""

    row: Row
    call: Call
    fault: Fault
    then: Then

    def __str__(self) -> str:
        """Name it."""
        words = " ".join(self.row.words)
        return f"{words} ({self.row.about}): {self.fault.value} at {self.call}, {self.then.value}"


@cache
def calls_of(row: Row) -> tuple[Call, ...]:
    """List the calls that a command makes when nothing goes wrong, in a fixed order."""
    line = Line()
    made, words = row.begin()
    said = typed(made, words, line, row.blueprints)
    assert said.code == 0, said
    return tuple(sorted(line.calls))


@cache
def undisturbed(row: Row) -> dict[str, Any]:
    """Give the end state when nothing goes wrong."""
    made, words = row.begin()
    assert typed(made, words, None, row.blueprints).code == 0
    made.cloud.settle()
    return at_rest(row, made, words)


def at_rest(row: Row, made: Trial, words: Words) -> dict[str, Any]:
    """Give the end state once the command has found nothing left to do."""
    if row.later:
        made.cloud.clock.sleep(_LONG)
        did(made, *row.later, blueprints=row.blueprints)
        return end_state(made)
    for _ in range(row.steps):
        said = typed(made, words, None, row.blueprints)
        made.cloud.settle()
        assert said.code in row.again, said
    return end_state(made)


def cells(row: Row) -> Iterator[Cell]:
    """Give every cell of a row; every other one is run again at once."""
    pairs = product(calls_of(row), Fault)
    for (call, fault), then in zip(pairs, cycle(Then), strict=False):
        yield Cell(row=row, call=call, fault=fault, then=then)


def run(cell: Cell) -> list[str]:
    """Have it happen, run the command again, and say what does not hold."""
    made, words = cell.row.begin()

    def once_more() -> Said:
        return typed(made, words, None, cell.row.blueprints)

    happens = disturbance(cell.fault, made.cloud.clock, once_more)
    line = Line(cell.call, happens.at, happens.after)
    first = typed(made, words, line, cell.row.blueprints)
    wrong = [] if line.has_happened else ["the call was not made"]
    wrong += wrong_words(first, is_killed=cell.fault.kills)
    made.cloud.clock._now += _MOMENT  # nobody is as fast as a clock that stands still
    if cell.then is Then.LATER:
        made.cloud.settle()
        wrong += _done_already(cell, first, made)
    again = once_more()
    if again.code in _NOT_YET and _BUSY in again.text:
        made.cloud.settle()  # as it asks for
        again = once_more()
    if again.code not in cell.row.again:
        wrong.append(f"run again, it ended with {again.code}: {again.text[-300:]}")
    made.cloud.settle()
    if not wrong:
        wrong = differing(undisturbed(cell.row), at_rest(cell.row, made, words))
    return [f"{cell}: {each}" for each in wrong]


def wrong_words(said: Said, *, is_killed: bool = False) -> list[str]:
    """Hold what a disturbed command said to what users are promised."""
    wrong = [f"it showed {SECRET}"] if SECRET in said.text else []
    if said.code is None:
        return wrong + ([] if is_killed else ["it was killed by nobody"])
    wrong += [f"it said {each!r}: {said.text[-300:]}" for each in _DEFECTS if each in said.text]
    if said.code not in _CODES:
        wrong.append(f"it ended with {said.code}: {said.text[-300:]}")
    if said.code == 1 and not any(each in said.text for each in _NEXT):
        wrong.append(f"it does not say what to do next: {said.text[-300:]}")
    return wrong


def _done_already(cell: Cell, said: Said, made: Trial) -> list[str]:
    """Code 0 means that everything was done."""
    # What only looks has done its work, and what it left is told, and deleted later.
    if said.code != 0 or cell.row.later or cell.row.steps > 1:
        return []
    found = end_state(made)
    # The command that finds nothing left to do notes that, to spare the next one looks.
    expected = {**undisturbed(cell.row), "objects": found["objects"]}
    return [f"it ended with 0, but {each}" for each in differing(expected, found)]
