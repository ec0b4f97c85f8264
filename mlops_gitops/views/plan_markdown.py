"""A plan for a pull request: the matrix as a table, the details folded."""

import html
import re
from collections.abc import Iterator

from mlops_gitops.diff.plan import Plan
from mlops_gitops.views.plan_lines import Line
from mlops_gitops.views.plan_rows import (
    Section,
    cell,
    digests,
    left_out,
    matrix,
    orphans,
    outcome,
    sections,
    totals,
)
from mlops_gitops.views.plan_text import head

MARKER = "<!-- mlops-gitops:plan v1 -->"
"""First line, by which a comment is found again and updated in place."""

LIMIT = 65_536
"""Characters of the longest comment that GitHub takes."""


def plan_markdown(plan: Plan, limit: int = LIMIT) -> str:
    """Show a plan in at most so many characters.

    Where it is too long, details are left out whole and that is said, then the matrix; no fold
    or code block is ever cut.
    """
    blocks = [_fold(section) for section in sections(plan)]
    top, table, foot = "\n\n".join(_top(plan)), _table(plan), "\n\n".join(_foot(plan))
    for kept in range(len(blocks), -1, -1):
        rest = len(blocks) - kept
        note = [f"_{rest} more not shown here: run `mlops-gitops plan`._"] if rest else []
        text = "\n\n".join([top, table, *blocks[:kept], *note, foot]) + "\n"
        if len(text) <= limit:
            return text
    short = "_Too long to show here: run `mlops-gitops plan`._"
    return "\n\n".join([MARKER, short, _escaped(totals(plan)), _escaped(outcome(plan))]) + "\n"


def _top(plan: Plan) -> Iterator[str]:
    yield MARKER
    yield f"### {_escaped(head(plan))}"


def _foot(plan: Plan) -> Iterator[str]:
    if orphans(plan):
        yield _folded("Orphans, which no config declares any more", orphans(plan))
    if digests(plan):
        yield _folded("Digests, which an approval is for", digests(plan))
    yield f"**{_escaped(totals(plan))}**"
    yield _escaped(outcome(plan))


def _table(plan: Plan) -> str:
    rows = [
        [row.label, *(cell(row.changes.get(stage)).text for stage in plan.stages)]
        for row in matrix(plan)
    ]
    lines = [["workload", *plan.stages], ["---"] * (len(plan.stages) + 1), *rows] if rows else []
    text = "\n".join("| " + " | ".join(map(_cell, one)) + " |" for one in lines)
    more = f"_and {left_out(plan)} workloads without changes_" if left_out(plan) else ""
    return "\n\n".join(part for part in (text, more) if part)


def _cell(text: str) -> str:
    return text if set(text) == {"-"} else _escaped(text)


def _fold(section: Section) -> str:
    return _folded(section.title, section.places + section.lines)


def _folded(title: str, lines: tuple[Line, ...]) -> str:
    text = "\n".join(one.text for one in lines)
    # A fence must be longer than any run of backticks inside it, or the text would break out.
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", text)), default=0))
    summary = f"<summary>{html.escape(title)}</summary>"
    return f"<details>{summary}\n\n{fence}\n{text}\n{fence}\n\n</details>"


def _escaped(text: str) -> str:
    """Keep text from being markup, and from calling anybody by an @."""
    safe = re.sub(r"([\\`*_\[\]|~])", r"\\\1", html.escape(text, quote=False))
    return safe.replace("@", "@<!-- -->")
