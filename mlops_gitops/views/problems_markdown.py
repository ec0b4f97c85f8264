"""Problems as Markdown: a table, for the summary of a step or a comment."""

import html
import re
from collections.abc import Sequence

from mlops_gitops.config.said import printable
from mlops_gitops.problems import Problem
from mlops_gitops.views.problems_text import summary_text

LIMIT = 65_536
"""Characters of the longest comment that GitHub takes; a step's summary takes 16 times as many."""

_HEAD = ("| place | code | what is wrong | how to mend it |", "| --- | --- | --- | --- |")


def problems_markdown(count: int, problems: Sequence[Problem], limit: int = LIMIT) -> str:
    """Write a heading and one row for each problem, in at most so many characters.

    Rows that do not fit are left out whole, the last ones first, and that is said.

    Args:
        count: how many configs were checked.
        problems: all of them.
        limit: of the whole text; there is always room for the heading.
    """
    title = f"### {summary_text(count, problems)}"
    if not problems:
        return title
    rows = [_row(problem) for problem in problems]
    kept = _fitting(rows, limit - len(_text(title, (), len(rows))))
    return _text(title, rows[:kept], len(rows) - kept)


def _text(title: str, rows: Sequence[str], left_out: int) -> str:
    note = f"_{left_out:,} more not shown here: run `mlops-gitops validate`._"
    table = "\n".join((*_HEAD, *rows))
    return "\n\n".join((title, table, note) if left_out else (title, table))


def _fitting(rows: Sequence[str], room: int) -> int:
    """Count the rows that fit, each with its line break."""
    for kept, row in enumerate(rows):
        room -= len(row) + 1
        if room < 0:
            return kept
    return len(rows)


def _row(problem: Problem) -> str:
    code = f"{problem.code} ({problem.severity.value})"
    cells = (str(problem.where), code, problem.message, problem.hint)
    return f"| {' | '.join(map(_cell, cells))} |"


def _cell(text: str) -> str:
    """Keep text from being markup or the end of a cell, and from calling anybody by an @."""
    plain = html.escape(printable(text), quote=False)
    return re.sub(r"([\\`*_\[\]|~#])", r"\\\1", plain).replace("@", "@<!-- -->")
