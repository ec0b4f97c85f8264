"""Problems as Markdown: a table, for the summary of a step or a comment."""

from collections.abc import Sequence

from mlops_gitops.problems import Problem
from mlops_gitops.views.markdown import code, table
from mlops_gitops.views.problems_text import summary_text

LIMIT = 65_536
"""Characters of the longest comment that GitHub takes; a step's summary takes 16 times as many."""

_HEAD = ("place", "code", "what is wrong", "how to mend it")


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
    _, _, *rows = table(_HEAD, map(_cells, problems)).split("\n")
    kept = _fitting(rows, limit - len(_text(title, (), len(rows))))
    return _text(title, rows[:kept], len(rows) - kept)


def _text(title: str, rows: Sequence[str], left_out: int) -> str:
    note = f"_{left_out:,} more not shown here: run `mlops-gitops validate`._"
    drawn = "\n".join((table(_HEAD, ()), *rows))
    return "\n\n".join((title, drawn, note) if left_out else (title, drawn))


def _fitting(rows: Sequence[str], room: int) -> int:
    """Count the rows that fit, each with its line break."""
    for kept, row in enumerate(rows):
        room -= len(row) + 1
        if room < 0:
            return kept
    return len(rows)


def _cells(problem: Problem) -> tuple[str, ...]:
    """Write what is not ours as code; an empty text would be two backticks."""
    hint = code(problem.hint) if problem.hint else ""
    named = f"{problem.code} ({problem.severity.value})"
    return code(str(problem.where)), named, code(problem.message), hint
