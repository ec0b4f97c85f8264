"""What `doctor` found, as text: a line each, and below it what to do."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from mlops_gitops.config.said import printable
from mlops_gitops.status.finding import Line, Result, counted

_INDENT = " " * 13


def doctor_text(lines: Sequence[Line]) -> str:
    """Show what was found, and how many there are of each kind.

    What is the same in several accounts is one line, which names them.
    """
    told = groupby(lines, key=lambda line: (line.check, line.result, line.seen, line.fix))
    shown = [text for _, same in told for text in _told(tuple(same))]
    return "\n".join((*shown, "", summary(lines)))


def summary(lines: Sequence[Line]) -> str:
    """Count in one sentence."""
    found = counted(lines)
    told = [f"{found[Result.OK]} ok"]
    told += [
        f"{found[each]} {each.value}" for each in Result if each is not Result.OK and found[each]
    ]
    return f"{len(lines)} checks: {', '.join(told)}."


def _told(same: Sequence[Line]) -> Iterator[str]:
    line, abouts = same[0], ", ".join(each.about for each in same)
    about = f" ({abouts})" if abouts else ""
    yield printable(f"{line.result.value:<11}  {line.what}{about}: {line.seen}")
    if line.fix:
        yield printable(f"{_INDENT}fix: {line.fix}")
