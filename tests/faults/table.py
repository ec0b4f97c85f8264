"""The table of faults in docs/faults.md: what was run, and that nothing was violated."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

DOCUMENT = Path(__file__).parents[2] / "docs" / "faults.md"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table.

    Attributes:
        what: the command and what was before.
        calls: how many calls it makes.
        runs: fault -> how often it was run.
        violations: how many runs ended otherwise than they must.
    """

    what: tuple[str, str]
    calls: int
    runs: dict[str, int]
    violations: int


def table(lines: Sequence[Line], calls: str) -> str:
    """Write a table in Markdown; the last line is the sum.

    Args:
        lines: what was run.
        calls: what is counted as a call.
    """
    faults = list(dict.fromkeys(fault for each in lines for fault in each.runs))
    header = ("command", "before", calls, *faults, "violations")
    rows = [
        (*each.what, *_numbers(each.calls, each.runs, faults, each.violations)) for each in lines
    ]
    total = {fault: sum(each.runs.get(fault, 0) for each in lines) for fault in faults}
    everything = _numbers(
        sum(each.calls for each in lines), total, faults, sum(each.violations for each in lines)
    )
    rule = ("---", "---", *("--:" for _ in range(len(faults) + 2)))
    return _markdown([header, rule, *rows, ("**all**", "", *everything)])


def between(text: str, name: str, new: str | None = None) -> str:
    """Give what stands between the marks of a name; or the text with something new there."""
    begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->\n"
    head, _, rest = text.partition(begin)
    old, _, tail = rest.partition(end)
    return old if new is None else f"{head}{begin}{new}{end}{tail}"


def _numbers(
    calls: int, runs: dict[str, int], faults: Iterable[str], violations: int
) -> tuple[str, ...]:
    return (*(f"{each:,}" for each in (calls, *(runs.get(f, 0) for f in faults), violations)),)


def _markdown(rows: Iterable[tuple[str, ...]]) -> str:
    return "".join(f"| {' | '.join(each)} |\n" for each in rows)
