"""The comment of a pull request: as much of a plan as fits, the most important first.

Matrix, then what changes in the user's words, then the details, folded. Where it is too long, it
loses the details of some changes, then of all, then the words, then rows of the matrix; what is
left out is said, and where to find it. Nothing is ever cut in the middle.
"""

import shlex
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

from mlops_gitops.config.said import listed
from mlops_gitops.diff.plan import Plan
from mlops_gitops.views.markdown import block, code, fold, link, table
from mlops_gitops.views.plan_lines import Line, Tone
from mlops_gitops.views.plan_rows import (
    LEFT_OPEN,
    MOVED,
    ORPHANS,
    Row,
    Section,
    cell,
    left_out,
    matrix,
    moves,
    orphans,
    outcome,
    refusals,
    sections,
    to_approve,
    to_compare,
    totals,
    waits,
)

MARKER = "<!-- mlops-gitops:plan v1 -->"
"""First line, by which a comment is found again and updated in place."""

LIMIT = 65_536
"""Characters (code points) of the longest comment.

GitHub says so when it refuses; measured, it takes up to 262,144 bytes, which as many code points
never exceed: github.com/dead-claudia/github-limits, pull request 13.
"""

_REFUSED = "`mlops-gitops apply` refuses this"
_HELD = "`mlops-gitops apply` leaves this as it is for now"
_COMMANDS = 3
"""So many commands are shown openly; more are folded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """A plan in pieces of Markdown, each of them whole."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    more: str
    refusals: tuple[str, ...]
    words: tuple[str, ...]
    details: tuple[str, ...]
    extras: tuple[str, ...]
    foot: str
    whole: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """How many of each kind of pieces are shown."""

    rows: int = 0
    refusals: int = 0
    words: int = 0
    details: int = 0
    extras: int = 0


def comment_text(plan: Plan, budget: int = LIMIT, run: str = "") -> str:
    """Show a plan in at most so many characters; a thousand are always enough.

    Args:
        plan: what a merge would do.
        budget: of the whole text.
        run: address of the run that has the rest of what is too long; empty if there is none.
    """
    parts = _parts(plan, run)
    for level in (_fewer_details(parts), _fewer_words(parts), _fewer_rows(parts)):
        text = _longest(parts, level, budget)
        if text:
            return text
    return _draw(parts, _Shown())


def _fewer_details(parts: _Parts) -> list[_Shown]:
    all_ = _Shown(
        rows=len(parts.rows),
        refusals=len(parts.refusals),
        words=len(parts.words),
        extras=len(parts.extras),
    )
    return [replace(all_, details=count) for count in range(all_.words + 1)]


def _fewer_words(parts: _Parts) -> list[_Shown]:
    all_ = _Shown(rows=len(parts.rows), refusals=len(parts.refusals))
    return [replace(all_, words=count) for count in range(len(parts.words) + 1)]


def _fewer_rows(parts: _Parts) -> list[_Shown]:
    return [_Shown(rows=count) for count in range(len(parts.rows) + 1)]


def _longest(parts: _Parts, level: list[_Shown], budget: int) -> str:
    """Draw the last of a level that fits, where each is longer than the one before.

    All but the very last: where nothing is left out, nothing is said of it. Empty if none fits.
    """
    *shorter, whole = level
    text = _draw(parts, whole)
    if len(text) <= budget:
        return text
    kept = bisect_right(shorter, budget, key=lambda shown: len(_draw(parts, shown)))
    return _draw(parts, shorter[kept - 1]) if kept else ""


def _parts(plan: Plan, run: str) -> _Parts:
    told = sections(plan)
    return _Parts(
        title=f"### {_title(plan)}",
        head=("workload", *map(code, plan.stages)),
        rows=tuple(_row(plan, row) for row in sorted(matrix(plan), key=_is_calm)),
        more=f"_and {left_out(plan)} workloads without changes_" if left_out(plan) else "",
        refusals=tuple(_refusals(plan)),
        words=tuple(map(_words, told)),
        details=tuple(map(_details, told)),
        extras=tuple(_extras(plan)),
        foot=f"**{totals(plan)}**\n\n{_next(plan)}",
        whole=f"in {link('this run', run)}: its step summary and its artifact `plan.json`",
    )


def _draw(parts: _Parts, shown: _Shown) -> str:
    matrix_ = table(parts.head, parts.rows[: shown.rows]) if shown.rows else ""
    detailed = zip(parts.words, parts.details[: shown.details], strict=False)
    pieces = (
        f"{MARKER}\n{parts.title}",
        matrix_,
        parts.more,
        _note(parts, shown),
        *parts.refusals[: shown.refusals],
        *chain.from_iterable(detailed),
        *parts.words[shown.details : shown.words],
        *parts.extras[: shown.extras],
        parts.foot,
    )
    return "\n\n".join(piece for piece in pieces if piece) + "\n"


def _note(parts: _Parts, shown: _Shown) -> str:
    """Say what is left out, and where it is."""
    missing = (
        (len(parts.rows) - shown.rows, "{} of the matrix"),
        (len(parts.refusals) - shown.refusals, "{} of what is refused or held"),
        (len(parts.words) - shown.words, "the words of {}"),
        (len(parts.details) - shown.details, "the details of {}"),
        (len(parts.extras) - shown.extras, "{} of digests or orphans"),
    )
    nouns = ("workload", "list", "change", "change", "list")
    left = [
        what.format(f"{count:,} {noun}{'s' if count > 1 else ''}")
        for (count, what), noun in zip(missing, nouns, strict=True)
        if count
    ]
    return f"_Too long to show here: {listed(left)}. All is {parts.whole}._" if left else ""


def _title(plan: Plan) -> str:
    if plan.open:
        ends = code(plan.since[:12]), code(plan.commit[:12])
        return f"What differs between commit {ends[0]} and commit {ends[1]}"
    commit, _, dirty = plan.commit.partition("-")
    changed = " and changes that are not committed" if dirty else ""
    of = f"Plan of commit {code(commit[:12])}{changed}" if commit else "Plan"
    part = f", only what differs from {code(plan.since[:12])}" if plan.since else ""
    methods = sorted({change.method.value for change in plan.changes})
    return of + part + (f" (method: {', '.join(methods)})" if methods else "")


def _row(plan: Plan, row: Row) -> tuple[str, ...]:
    return (code(row.label), *(cell(row.changes.get(stage)).text for stage in plan.stages))


def _is_calm(row: Row) -> bool:
    return all(cell(change).tone is Tone.QUIET for change in row.changes.values())


def _refusals(plan: Plan) -> Iterator[str]:
    if plan.refused:
        yield f"**{_REFUSED}:**\n\n{_block(refusals(plan.refused))}"
    if plan.held:
        yield f"**{_HELD}:**\n\n{_block(refusals(plan.held))}"


def _words(section: Section) -> str:
    """Tell what changes in the user's words, and the risks."""
    told = section.body.words + section.body.alerts
    return f"**{code(section.title)}**\n\n{_block(told) if told else 'See the details.'}"


def _details(section: Section) -> str:
    return fold("Details", _block(section.places + section.body.resources))


def _extras(plan: Plan) -> Iterator[str]:
    if plan.open:
        yield fold(LEFT_OPEN, block(plan.open, "text"))
    if orphans(plan):
        yield fold(ORPHANS, _block(orphans(plan)))
    if moves(plan):
        yield fold(MOVED, _block(moves(plan)))
    commands = [
        f"mlops-gitops approve {shlex.quote(workload)} --digest {shlex.quote(digest)}"
        for workload, digest in to_approve(plan).items()
    ]
    title, copied = "Digests, which an approval is for", block(commands, "shell")
    if len(commands) > _COMMANDS:
        yield fold(title, copied)
    elif commands:
        yield f"{title}:\n\n{copied}"


def _next(plan: Plan) -> str:
    if plan.refused and not plan.is_empty:
        return (
            "Next: do not merge this, for `mlops-gitops apply` refuses it. Mend what is said above."
        )
    if plan.open or plan.is_empty or waits(plan):
        return outcome(plan)
    if plan.is_incomplete:
        return f"Next: do not merge yet, but {to_compare(plan)}."
    return (
        "Next: merge. Then `mlops-gitops apply` delivers this, and every gate waits for an "
        "approval of the very digest."
    )


def _block(lines: tuple[Line, ...]) -> str:
    return block(one.text for one in lines)
