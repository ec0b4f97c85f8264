"""A plan for a terminal: the matrix first, then only what changes."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from mlops_gitops.diff.plan import Plan
from mlops_gitops.views.plan_lines import Detail, Line, Tone, line
from mlops_gitops.views.plan_rows import (
    HELD,
    LEFT_OPEN,
    MOVED,
    ORPHANS,
    REFUSED,
    cell,
    digests,
    left_out,
    matrix,
    moves,
    orphans,
    outcome,
    refusals,
    sections,
    totals,
)

Style: TypeAlias = Callable[[Tone, str], str]
"""Gives a text the colour of its tone."""


def plain(_tone: Tone, text: str) -> str:
    """Leave a text without colour."""
    return text


def plan_text(plan: Plan, style: Style = plain, detail: Detail = Detail.TELLING) -> str:
    """Show a plan; without a style there are no colour codes in it."""
    lines = _lines(plan, style, detail)
    return "\n".join(style(one.tone, one.text) if one.text else "" for one in lines)


def _lines(plan: Plan, style: Style, detail: Detail) -> Iterator[Line]:
    yield line(Tone.TITLE, head(plan))
    yield from _matrix_lines(plan, style)
    for section in sections(plan, detail):
        yield Line(Tone.PLAIN, "")
        yield Line(Tone.TITLE, section.title)
        yield from (_indented(one) for one in section.places + section.lines)
    if moves(plan):
        yield Line(Tone.PLAIN, "")
        yield Line(Tone.TITLE, f"{MOVED}:")
        yield from (_indented(one) for one in moves(plan))
    if orphans(plan):
        yield Line(Tone.PLAIN, "")
        yield Line(Tone.TITLE, f"{ORPHANS}:")
        yield from (_indented(one) for one in orphans(plan))
    if digests(plan):
        yield Line(Tone.PLAIN, "")
        yield Line(Tone.TITLE, "Digests, which an approval is for:")
        yield from (_indented(one) for one in digests(plan))
    if plan.open:
        yield Line(Tone.PLAIN, "")
        yield Line(Tone.TITLE, f"{LEFT_OPEN}:")
        yield from (line(Tone.QUIET, f"  {each}") for each in plan.open)
    if plan.refused:
        yield Line(Tone.PLAIN, "")
        yield Line(Tone.TITLE, f"{REFUSED}:")
        yield from (_indented(one) for one in refusals(plan.refused))
    if plan.held:
        yield Line(Tone.PLAIN, "")
        yield Line(Tone.TITLE, f"{HELD}:")
        yield from (_indented(one) for one in refusals(plan.held))
    yield Line(Tone.PLAIN, "")
    yield Line(Tone.TITLE, totals(plan))
    yield Line(Tone.PLAIN, outcome(plan))


def head(plan: Plan) -> str:
    """Name the commit, and how the changes were found out."""
    methods = sorted({change.method.value for change in plan.changes})
    method = f"  (method: {', '.join(methods)})" if methods else ""
    commit, _, dirty = plan.commit.partition("-")
    changed = " and changes that are not committed" if dirty else ""
    if plan.open:
        return f"What differs between commit {plan.since[:12]} and commit {plan.commit[:12]}"
    of = f"Plan of commit {commit[:12]}{changed}" if commit else "Plan"
    part = f", only what differs from {plan.since[:12]}" if plan.since else ""
    return of + part + method


def _indented(one: Line) -> Line:
    return Line(one.tone, f"  {one.text}")


def _matrix_lines(plan: Plan, style: Style) -> Iterator[Line]:
    rows = matrix(plan)
    if rows:
        cells = [[cell(row.changes.get(stage)) for stage in plan.stages] for row in rows]
        widths = [
            max(len(one.text) for one in [line(Tone.TITLE, stage), *column])
            for stage, column in zip(plan.stages, zip(*cells, strict=True), strict=True)
        ]
        first = max(len(row.label) for row in rows)
        names = [line(Tone.TITLE, stage) for stage in plan.stages]
        yield Line(Tone.PLAIN, "")
        yield Line(Tone.PLAIN, _joined(" " * first, names, widths, style))
        for row, columns in zip(rows, cells, strict=True):
            yield Line(Tone.PLAIN, _joined(f"{row.label:<{first}}", columns, widths, style))
    if left_out(plan):
        yield Line(Tone.QUIET, f"and {left_out(plan)} workloads without changes")


def _joined(label: str, columns: list[Line], widths: list[int], style: Style) -> str:
    # Padding comes before colour: colour codes would count as width.
    padded = [
        style(one.tone, f"{one.text:<{width}}") for one, width in zip(columns, widths, strict=True)
    ]
    return "  ".join([label, *padded]).rstrip()
