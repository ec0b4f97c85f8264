"""What every view of a plan tells: the matrix, the stacks that change, the totals."""

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from itertools import groupby
from typing import assert_never

from mlops_gitops.config.declared import Workload
from mlops_gitops.config.said import printable
from mlops_gitops.diff.deployed import StackStatus
from mlops_gitops.diff.plan import (
    Action,
    Plan,
    ResourceChange,
    Risk,
    RiskKind,
    StackChange,
    ValueChange,
    Verdict,
)

WIDTH = 100
_SHOWN_VALUE = 100
_SHOWN_PROPERTIES = 6
_SHOWN_WORKLOADS = 20


class Tone(Enum):
    """What a line is about, so that a view can give it a colour."""

    PLAIN = "plain"
    TITLE = "title"
    QUIET = "quiet"
    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"
    ALERT = "alert"


@dataclass(frozen=True, slots=True)
class Line:
    """One line, escaped: nothing in it drives a terminal."""

    tone: Tone
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One workload of the matrix: its changes by stage."""

    label: str
    changes: Mapping[str, StackChange]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """What changes in one or more stages of a workload, told once where it is the same."""

    title: str
    places: tuple[Line, ...]
    lines: tuple[Line, ...]


def line(tone: Tone, text: str) -> Line:
    """Make a line of what may be anybody's text."""
    return Line(tone, printable(text))


def rows(plan: Plan) -> tuple[Row, ...]:
    """Give one row for each workload."""
    by_workload: dict[Workload, dict[str, StackChange]] = {}
    for change in plan.changes:
        by_workload.setdefault(change.workload, {})[change.stage] = change
    names = Counter(workload.model_name for workload in by_workload)
    return tuple(
        Row(label=_label(workload, ambiguous=names[workload.model_name] > 1), changes=changes)
        for workload, changes in by_workload.items()
    )


def matrix(plan: Plan) -> tuple[Row, ...]:
    """Give the rows to show; of a long plan only those with something to see."""
    found = rows(plan)
    if len(found) <= _SHOWN_WORKLOADS:
        return found
    return tuple(row for row in found if not all(map(_is_quiet, row.changes.values())))


def left_out(plan: Plan) -> int:
    """Count the workloads without changes that the matrix does not show."""
    return len(rows(plan)) - len(matrix(plan))


def cell(change: StackChange | None) -> Line:
    """Tell one stage of one workload in a few words."""
    if change is None:
        return line(Tone.QUIET, "")
    match change.verdict:
        case Verdict.BUSY:
            return line(Tone.ALERT, "! busy")
        case Verdict.BLOCKED:
            return line(Tone.ALERT, "! BLOCKED")
        case Verdict.READY | Verdict.RECREATE:
            tone, words = _cell_words(change)
            return line(tone, words + (" ?" if change.unprovable else ""))
        case _:
            assert_never(change.verdict)


def sections(plan: Plan) -> tuple[Section, ...]:
    """Tell stage by stage what changes; neighbouring stages that are told alike share one."""
    found = []
    for row in rows(plan):
        told = [(change, _body(change)) for change in row.changes.values() if not _is_quiet(change)]
        for lines, group in groupby(told, key=lambda one: one[1]):
            changes = [change for change, _ in group]
            stages = ", ".join(change.stage for change in changes)
            width = max(len(change.stage) for change in changes)
            found.append(
                Section(
                    title=line(Tone.TITLE, f"{row.label} / {stages}").text,
                    places=tuple(_place(change, width) for change in changes),
                    lines=lines,
                )
            )
    return tuple(found)


def digests(plan: Plan) -> tuple[Line, ...]:
    """Name what would be approved: the digest of each workload that changes."""
    width = max(map(len, plan.digests), default=0)
    changed = [change.id.name for change in plan.changes if not _is_quiet(change)]
    return tuple(
        line(Tone.QUIET, f"{stack:<{width}}  {digest}")
        for stack, digest in sorted(plan.digests.items())
        if any(name == stack or name.startswith(f"{stack}-") for name in changed)
    )


def orphans(plan: Plan) -> tuple[Line, ...]:
    """Name the stacks that no config declares any more."""
    return tuple(
        line(Tone.DELETE, f"- {orphan.workload} / {orphan.stage}: stack {orphan.id}")
        for orphan in plan.orphans
    )


def totals(plan: Plan) -> str:
    """Count what would happen, and the reasons to look twice."""
    ready = [c for c in plan.changes if c.verdict in (Verdict.READY, Verdict.RECREATE)]
    actions = Counter(change.action for change in ready)
    verdicts = Counter(change.verdict for change in plan.changes)
    counts = {
        "to create": actions[Action.CREATE],
        "to change": actions[Action.UPDATE] + actions[Action.REPLACE],
        "to delete": actions[Action.DELETE],
        "unchanged": actions[Action.KEEP],
        "busy": verdicts[Verdict.BUSY],
        "blocked": verdicts[Verdict.BLOCKED],
        "orphaned": len(plan.orphans),
    }
    told = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    return f"Stacks: {told or 'none'}.{_risk_totals(plan)}"


def outcome(plan: Plan) -> str:
    """Say what to do next."""
    if not plan.changes:
        return "No config declares anything, so there is nothing to deploy."
    if plan.is_empty:
        if any(change.unprovable for change in plan.changes):
            return "No change found; where a ? stands, that cannot be proved."
        return "No changes: every stack is as it is committed."
    if all(_is_quiet(c) or c.verdict in (Verdict.BUSY, Verdict.BLOCKED) for c in plan.changes):
        return "next: what is said above, then mlops-gitops plan"
    return "next: mlops-gitops apply"


def _risk_totals(plan: Plan) -> str:
    kinds = Counter(kind for change in plan.changes for kind in _told_kinds(change))
    told = [f"{kinds[kind]} {kind.value}" for kind in reversed(RiskKind) if kinds[kind]]
    return f" Risks: {', '.join(told)}." if told else ""


def _told_kinds(change: StackChange) -> Iterable[RiskKind]:
    """List the kinds of a change's risks as often as they are told: in a new stack, once each."""
    kinds = [risk.kind for risk in change.risks]
    return set(kinds) if change.action is Action.CREATE else kinds


def _label(workload: Workload, *, ambiguous: bool) -> str:
    kind = f" ({workload.pipeline_type})" if ambiguous else ""
    return printable(f"{workload}{kind}")


def _is_quiet(change: StackChange) -> bool:
    return change.action is Action.KEEP and not change.unprovable


def _tone(action: Action) -> Tone:
    match action:
        case Action.CREATE:
            return Tone.CREATE
        case Action.UPDATE:
            return Tone.UPDATE
        case Action.REPLACE:
            return Tone.REPLACE
        case Action.DELETE:
            return Tone.DELETE
        case Action.KEEP | Action.SYNC:
            return Tone.QUIET
        case Action.IMPORT:
            return Tone.CREATE
        case Action.DYNAMIC:
            return Tone.ALERT
        case _:
            assert_never(action)


def _cell_words(change: StackChange) -> tuple[Tone, str]:
    sign, tone = change.action.value, _tone(change.action)
    match change.action:
        case Action.KEEP:
            return tone, f"{sign} no change"
        case Action.CREATE:
            again = " again" if change.verdict is Verdict.RECREATE else ""
            return tone, f"{sign} create{again}"
        case (
            Action.UPDATE
            | Action.REPLACE
            | Action.DELETE
            | Action.IMPORT
            | Action.SYNC
            | Action.DYNAMIC
        ):
            nothing = "not compared" if change.unprovable else "no resource"
            return tone, f"{sign} {len(change.resources) or nothing}{_risk_words(change)}"
        case _:
            assert_never(change.action)


def _risk_words(change: StackChange) -> str:
    kinds = dict.fromkeys(risk.kind.value for risk in change.risks)
    return f" ({', '.join(kinds)})" if kinds else ""


def _place(change: StackChange, width: int) -> Line:
    status = "new" if change.status is StackStatus.ABSENT else change.status.value
    where = f"account {change.id.account}, {change.id.region}, stack {change.id.name}"
    return line(Tone.QUIET, f"{change.stage:<{width}}  {where} ({status})")


def _body(change: StackChange) -> tuple[Line, ...]:
    return tuple(_lines(change))


def _lines(change: StackChange) -> Iterator[Line]:
    if change.next_step:
        yield line(Tone.ALERT, f"! {change.verdict.value}: {change.next_step}")
    width = max((len(one.name) for one in change.summary), default=0)
    for one in change.summary:
        new = change.action is Action.CREATE and one.after is not None
        value = _cut(one.after or "") if new else _arrow(one)
        yield _masked(change, Tone.PLAIN, f"{one.name:<{width}}  {value}")
    yield from _resource_lines(change)
    for one in change.elsewhere:
        yield _masked(change, Tone.QUIET, f"{one.name}: {_arrow(one)}")
    yield from _risk_lines(change)
    if change.unprovable:
        yield line(Tone.ALERT, f"? not provable: {change.unprovable}")


def _risk_lines(change: StackChange) -> Iterator[Line]:
    """Tell risks, resources with the same reason together."""
    where: dict[tuple[RiskKind, str], list[str]] = {}
    for risk in change.risks:
        names = where.setdefault((risk.kind, _why(change, risk)), [])
        if risk.where not in names:
            names.append(risk.where)
    width = max((len(kind.value) for kind, _ in where), default=0)
    for (kind, why), names in where.items():
        words = " ".join(_cut(word) for word in why.split(" "))
        text = f"! {kind.value:<{width}}  {', '.join(names)}: {words}"
        # A word is never broken: it may be an ARN that somebody wants to copy.
        indent = " " * (width + 4)
        parts = textwrap.wrap(
            text, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
        )
        yield from (_masked(change, Tone.ALERT, part) for part in parts)


def _why(change: StackChange, risk: Risk) -> str:
    """Give the reason; in a new stack all is new, and telling all of it would tell nothing."""
    if change.action is not Action.CREATE:
        return risk.why
    return "new with the stack (--output json has each reason)"


def _masked(change: StackChange, tone: Tone, text: str) -> Line:
    """Leave the account out, which the place names: so stages that are alike are told once."""
    return line(tone, text.replace(change.id.account, "<account>"))


def _resource_lines(change: StackChange) -> Iterator[Line]:
    if change.action is Action.CREATE:
        names = ", ".join(one.logical_id for one in change.resources)
        text = f"+ {len(change.resources)} resources: {names}"
        for part in textwrap.wrap(text, WIDTH - 4, subsequent_indent="  "):
            yield line(Tone.CREATE, part)
        return
    names_width = max((len(one.logical_id) for one in change.resources), default=0)
    for one in change.resources:
        head = f"{one.action.value} {one.logical_id:<{names_width}}  {one.resource_type}"
        yield _masked(change, _tone(one.action), f"{head}{_reason(one)}")
        yield from (_masked(change, Tone.QUIET, f"    {text}") for text in _property_lines(one))


def _reason(change: ResourceChange) -> str:
    """Say why, and what becomes of the old resource."""
    replaced = "replaced" if change.certain else "perhaps replaced"
    words = [replaced] if change.action is Action.REPLACE else []
    words += [change.because] if change.because else []
    words += ["the old one stays"] if change.retained else []
    return "  " + ": ".join(words) if words else ""


def _property_lines(change: ResourceChange) -> Iterator[str]:
    if change.action in (Action.CREATE, Action.DELETE):
        return
    for one in change.properties[:_SHOWN_PROPERTIES]:
        yield f"{one.name}: {_arrow(one)}"
    if len(change.properties) > _SHOWN_PROPERTIES:
        yield f"and {len(change.properties) - _SHOWN_PROPERTIES} more (--output json has all)"


def _arrow(change: ValueChange) -> str:
    match change.before, change.after:
        case None, None:
            return ""
        case None, str(after):
            return f"(none) -> {_cut(after)}"
        case str(before), None:
            return f"{_cut(before)} -> (none)"
        case before, after:
            return f"{_cut(str(before))} -> {_cut(str(after))}"


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN_VALUE else f"{text[: _SHOWN_VALUE - 1]}…"
