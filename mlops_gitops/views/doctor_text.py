"""What `doctor` found, as text: a line each, and below it what to do."""

from collections.abc import Iterator, Sequence

from mlops_gitops.config.said import printable
from mlops_gitops.status.finding import Line, Result, counted

_INDENT = " " * 13


def doctor_text(lines: Sequence[Line]) -> str:
    """Show every line, and how many there are of each kind."""
    shown = [text for line in lines for text in _line(line)]
    return "\n".join((*shown, "", summary(lines)))


def summary(lines: Sequence[Line]) -> str:
    """Count in one sentence."""
    found = counted(lines)
    told = [f"{found[Result.OK]} ok"]
    told += [
        f"{found[each]} {each.value}" for each in Result if each is not Result.OK and found[each]
    ]
    return f"{len(lines)} checks: {', '.join(told)}."


def _line(line: Line) -> Iterator[str]:
    about = f" ({line.about})" if line.about else ""
    yield printable(f"{line.result.value:<11}  {line.what}{about}: {line.seen}")
    if line.fix:
        yield printable(f"{_INDENT}fix: {line.fix}")
