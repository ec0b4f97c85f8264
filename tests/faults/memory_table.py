"""The part of the table that is run in memory: every call, every fault."""

import sys
from concurrent.futures import ProcessPoolExecutor

from faults.every_row import ROWS
from faults.fault import Fault
from faults.matrix import calls_of, cells, run
from faults.rows import Row
from faults.table import Line, table


def memory_table(violations: dict[int, int]) -> str:
    """Write what is run in memory.

    Args:
        violations: number of a row -> how many runs violated something; 0 if left out.
    """
    lines = [_line(row, violations.get(number, 0)) for number, row in enumerate(ROWS)]
    return table(lines, "calls")


def _line(row: Row, violations: int) -> Line:
    calls = len(calls_of(row))
    runs = {fault.short: calls for fault in Fault}
    words = " ".join(each if len(each) < 20 else "..." for each in row.words)
    return Line((f"`{words}`", row.about), calls, runs, violations)


def run_all() -> dict[int, int]:
    """Run every cell of every row, on all cores; say what is violated, and count it."""
    with ProcessPoolExecutor() as pool:
        found = tuple(pool.map(_run_row, range(len(ROWS))))
    for wrong in found:
        sys.stderr.writelines(f"{each}\n" for each in wrong)
    return {number: len(wrong) for number, wrong in enumerate(found)}


def _run_row(number: int) -> list[str]:
    wrong = [run(cell)[:1] for cell in cells(ROWS[number])]
    return [each for found in wrong for each in found]
