"""What a view tells of one stack of a plan, line by line."""

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum

from mlops_gitops.config.said import printable
from mlops_gitops.diff.deployed import StackStatus
from mlops_gitops.diff.noise import count_noise, is_noise_only, telling
from mlops_gitops.diff.plan import (
    Action,
    Method,
    ResourceChange,
    Risk,
    RiskKind,
    StackChange,
    ValueChange,
)
from mlops_gitops.views.access_lines import access_lines

WIDTH = 100
_SHOWN_VALUE = 100
_SHOWN_PROPERTIES = 6


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


class Detail(Enum):
    """How much of a change is told."""

    TELLING = "telling"  # what has an effect, long lists cut short
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Line:
    """One line, escaped: nothing in it drives a terminal."""

    tone: Tone
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What happens to a stack.

    Attributes:
        words: what stands in the way, then the change in the user's words.
        resources: what happens to each resource, and to what is no resource.
        alerts: why to look twice.
    """

    words: tuple[Line, ...]
    resources: tuple[Line, ...]
    alerts: tuple[Line, ...]


TONES: Mapping[Action, Tone] = {
    Action.CREATE: Tone.CREATE,
    Action.UPDATE: Tone.UPDATE,
    Action.REPLACE: Tone.REPLACE,
    Action.DELETE: Tone.DELETE,
    Action.KEEP: Tone.QUIET,
    Action.IMPORT: Tone.CREATE,
    Action.SYNC: Tone.QUIET,
    Action.DYNAMIC: Tone.ALERT,
}


def line(tone: Tone, text: str) -> Line:
    """Make a line of what may be anybody's text."""
    return Line(tone, printable(text))


def place(change: StackChange, width: int, method: Method) -> Line:
    """Say where a stack is, how it is now, and how its change was found out.

    Args:
        change: what happens to the stack.
        width: of the longest name of a stage.
        method: of the plan; where that is by template, every stack's is.
    """
    status = "new" if change.status is StackStatus.ABSENT else change.status.value
    where = f"account {change.id.account}, {change.id.region}, stack {change.id.name}"
    how = f", method {change.method.value}" if method is Method.CHANGE_SET else ""
    return line(Tone.QUIET, f"{change.stage:<{width}}  {where} ({status}{how})")


def body(change: StackChange, detail: Detail = Detail.TELLING) -> Body:
    """Tell what happens to a stack."""
    return Body(
        words=tuple(_words(change)),
        resources=tuple(_resources(change, detail)),
        alerts=tuple(_alerts(change)),
    )


def _words(change: StackChange) -> Iterator[Line]:
    if change.next_step:
        yield line(Tone.ALERT, f"! {change.verdict.value}: {change.next_step}")
    width = max((len(one.name) for one in change.summary), default=0)
    for one in change.summary:
        new = change.action is Action.CREATE and one.after is not None
        value = _cut(one.after or "") if new else _arrow(one)
        yield _masked(change, Tone.PLAIN, f"{one.name:<{width}}  {value}")


def _resources(change: StackChange, detail: Detail) -> Iterator[Line]:
    shown = change if detail is Detail.ALL else _without_noise(change)
    yield from _resource_lines(shown, None if detail is Detail.ALL else _SHOWN_PROPERTIES)
    for one in shown.elsewhere:
        yield _masked(change, Tone.QUIET, f"{one.name}: {_arrow(one)}")
    for permission, text in access_lines(change):
        widens = permission is not None and permission.widens
        yield _masked(change, Tone.ALERT if widens else Tone.QUIET, text)
    hidden = count_noise(change)
    if hidden and detail is Detail.TELLING:
        what = "1 difference" if hidden == 1 else f"{hidden} differences"
        yield line(Tone.QUIET, f"hidden: {what} without effect (plan --all shows them)")


def _without_noise(change: StackChange) -> StackChange:
    return replace(
        change,
        resources=tuple(
            replace(one, properties=telling(one.properties))
            for one in change.resources
            if not is_noise_only(one)
        ),
        elsewhere=telling(change.elsewhere),
    )


def _alerts(change: StackChange) -> Iterator[Line]:
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


def _resource_lines(change: StackChange, limit: int | None) -> Iterator[Line]:
    if change.action is Action.CREATE:
        names = ", ".join(one.logical_id for one in change.resources)
        text = f"+ {len(change.resources)} resources: {names}"
        for part in textwrap.wrap(text, WIDTH - 4, subsequent_indent="  "):
            yield line(Tone.CREATE, part)
        return
    names_width = max((len(one.logical_id) for one in change.resources), default=0)
    for one in change.resources:
        head = f"{one.action.value} {one.logical_id:<{names_width}}  {one.resource_type}"
        yield _masked(change, TONES[one.action], f"{head}{_reason(one)}")
        properties = _property_lines(one, limit)
        yield from (_masked(change, Tone.QUIET, f"    {text}") for text in properties)


def _reason(change: ResourceChange) -> str:
    """Say why, and what becomes of the old resource."""
    replaced = "replaced" if change.certain else "perhaps replaced"
    words = [replaced] if change.action is Action.REPLACE else []
    words += [change.because] if change.because else []
    words += ["the old one stays"] if change.retained else []
    return "  " + ": ".join(words) if words else ""


def _property_lines(change: ResourceChange, limit: int | None) -> Iterator[str]:
    if change.action in (Action.CREATE, Action.DELETE):
        return
    shown = change.properties[:limit]
    for one in shown:
        yield f"{one.name}: {_arrow(one)}"
    if more := len(change.properties) - len(shown):
        yield f"and {more} more (plan --all shows them)"


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
