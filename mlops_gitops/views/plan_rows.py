"""What every view of a plan tells: the matrix, the stacks that change, the totals."""

import posixpath
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import assert_never

from mlops_gitops.config.declared import Workload
from mlops_gitops.config.said import printable
from mlops_gitops.diff.plan import (
    Action,
    Method,
    Plan,
    Refusal,
    RiskKind,
    StackChange,
    Verdict,
)
from mlops_gitops.views.plan_lines import TONES, Body, Detail, Line, Tone, body, line, place

LEFT_OPEN = "Left open, because only AWS knows, and taken to be the same"
"""Title of what an offline comparison did not look at."""

MOVED = "Moved: a workload is known by its name, never by its folder"
"""Title of configs that lie elsewhere than before."""
ORPHANS = "Orphans, which no config declares any more; nothing deletes them"
"""Title of what is deployed and not declared."""
REFUSED = "mlops-gitops apply refuses this"
"""Title of what settings do not allow, and of what was rolled back from."""
HELD = "mlops-gitops apply leaves this as it is for now"
"""Title of what is suspended."""

_SHOWN_WORKLOADS = 20
_CHANGES = set(Action) - {Action.CREATE, Action.DELETE, Action.KEEP}


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
    body: Body

    @property
    def lines(self) -> tuple[Line, ...]:
        """All that is told of the stacks, in order."""
        return self.body.words + self.body.resources + self.body.alerts


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


def sections(plan: Plan, detail: Detail = Detail.TELLING) -> tuple[Section, ...]:
    """Tell stage by stage what changes; neighbouring stages that are told alike share one."""
    found = []
    for row in rows(plan):
        loud = [change for change in row.changes.values() if not _is_quiet(change)]
        told = [(change, body(change, detail)) for change in loud]
        for what, group in groupby(told, key=lambda one: one[1]):
            changes = [change for change, _ in group]
            stages = ", ".join(change.stage for change in changes)
            width = max(len(change.stage) for change in changes)
            found.append(
                Section(
                    title=line(Tone.TITLE, f"{row.label} / {stages}").text,
                    places=tuple(place(change, width, plan.method) for change in changes),
                    body=what,
                )
            )
    return tuple(found)


def to_approve(plan: Plan) -> Mapping[str, str]:
    """Give what would be approved: by each workload that changes, its bundle's digest."""
    changed = [change.id.name for change in plan.changes if not _is_quiet(change)]
    return {
        stack: digest
        for stack, digest in sorted(plan.digests.items())
        if any(name == stack or name.startswith(f"{stack}-") for name in changed)
    }


def digests(plan: Plan) -> tuple[Line, ...]:
    """Name what would be approved."""
    width = max(map(len, plan.digests), default=0)
    return tuple(
        line(Tone.QUIET, f"{stack:<{width}}  {digest}")
        for stack, digest in to_approve(plan).items()
    )


def orphans(plan: Plan) -> tuple[Line, ...]:
    """Name the stacks that no config declares any more."""
    return tuple(
        line(Tone.DELETE, f"- {orphan.workload} / {orphan.stage}: stack {orphan.id}")
        for orphan in plan.orphans
    )


def moves(plan: Plan) -> tuple[Line, ...]:
    """Name what lies elsewhere than before, and what goes by another name."""
    return tuple(
        line(
            Tone.ALERT if each.is_renamed else Tone.QUIET,
            f"{each.workload}: renamed from {each.was} ({each.before}), which is an orphan now"
            if each.is_renamed
            else f"{each.workload}: moved from {_folder(each.before)} to {_folder(each.after)}",
        )
        for each in plan.moved
    )


def _folder(path: str) -> str:
    return f"{posixpath.dirname(path) or '.'}/"


def refusals(refused: Sequence[Refusal]) -> tuple[Line, ...]:
    """Name what `apply` would not do; each hint once."""
    places = [" / ".join(filter(None, (one.workload, one.stage))) for one in refused]
    named = [
        (f"{place}: " if place else "", one) for place, one in zip(places, refused, strict=True)
    ]
    told = [line(Tone.ALERT, f"! {where}{one.message}") for where, one in named]
    hints = dict.fromkeys(one.hint for one in refused)
    return (*told, *(line(Tone.PLAIN, f"  {hint}") for hint in hints))


def totals(plan: Plan) -> str:
    """Count what would happen, and the reasons to look twice."""
    ready = [c for c in plan.changes if c.verdict in (Verdict.READY, Verdict.RECREATE)]
    actions = Counter(change.action for change in ready if not _is_unknown(change))
    verdicts = Counter(change.verdict for change in plan.changes)
    counts = {
        "to create": actions[Action.CREATE],
        "to change": sum(actions[action] for action in _CHANGES),
        "to delete": actions[Action.DELETE],
        "unchanged": actions[Action.KEEP],
        "not compared": sum(map(_is_unknown, ready)),
        "busy": verdicts[Verdict.BUSY],
        "blocked": verdicts[Verdict.BLOCKED],
        "orphaned": len(plan.orphans),
    }
    told = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    return f"Stacks: {told or 'none'}.{_risk_totals(plan)}"


def waits(plan: Plan) -> bool:
    """Whether something else has to happen before any of this can be deployed."""
    stuck = (Verdict.BUSY, Verdict.BLOCKED)
    return all(_is_quiet(change) or change.verdict in stuck for change in plan.changes)


def outcome(plan: Plan) -> str:
    """Say what to do next."""
    if plan.open:
        return "Composed offline: mlops-gitops plan tells what would happen in AWS."
    if not plan.changes:
        return _nothing(plan)
    if not plan.is_empty:
        return f"next: {_next(plan)}"
    if plan.is_incomplete:
        return "No change found; where a ? stands, that cannot be proved."
    return "No changes: every stack is as it is committed."


def _next(plan: Plan) -> str:
    if plan.refused:
        return f"mend what is said above; {REFUSED}"
    if waits(plan):
        return "what is said above, then mlops-gitops plan"
    return to_compare(plan) if plan.is_incomplete else "mlops-gitops apply"


def to_compare(plan: Plan) -> str:
    """Say how to find out what could not be compared, in words that go on a sentence."""
    if any(map(_is_unknown, plan.changes)):
        return "mend what kept a stack from being compared, which stands at its ?, and plan again"
    if plan.method is Method.TEMPLATE:
        return "have AWS say what only AWS knows, at each ?: mlops-gitops plan --method change-set"
    return "look at each ?: what happens there is known only when it is deployed"


def _nothing(plan: Plan) -> str:
    if plan.since:
        return "Nothing that is deployed differs, so there is nothing to do."
    if plan.digests:
        return "Nothing is left of what is retired, so there is nothing to deploy."
    if plan.orphans:
        count = len({orphan.workload for orphan in plan.orphans})
        workloads = "1 workload is" if count == 1 else f"{count} workloads are"
        return (
            f"No config declares anything, and {workloads} deployed; that deletes nothing. "
            "Is `configs` of the settings as it should be? If so: mlops-gitops retire WORKLOAD"
        )
    return "No config declares anything, so there is nothing to deploy."


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


def _is_unknown(change: StackChange) -> bool:
    """Whether nobody could say what would happen to the stack's resources."""
    return change.action is Action.UPDATE and bool(change.unprovable) and not change.resources


def _is_quiet(change: StackChange) -> bool:
    return change.action is Action.KEEP and not change.unprovable


def _cell_words(change: StackChange) -> tuple[Tone, str]:
    sign, tone = change.action.value, TONES[change.action]
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
