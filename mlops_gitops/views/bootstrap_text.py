"""What bootstrap would do, for a terminal."""

from collections.abc import Iterator

from mlops_gitops.diff.bootstrap import BootstrapPlan, PartChange
from mlops_gitops.diff.deployed import StackStatus
from mlops_gitops.diff.plan import Action
from mlops_gitops.views.plan_lines import TONES, Detail, Line, Tone, body, line
from mlops_gitops.views.plan_text import Style, plain

_ALL = ("(plan --all shows them)", "(--output json tells them)")
_SIGNS = {Action.CREATE: "new", Action.KEEP: "no change"}


def bootstrap_text(planned: BootstrapPlan, style: Style = plain) -> str:
    """Show what would change in an account; without a style there are no colour codes in it."""
    lines = _lines(planned)
    return "\n".join(style(one.tone, one.text) if one.text else "" for one in lines)


def _lines(planned: BootstrapPlan) -> Iterator[Line]:
    yield line(Tone.TITLE, f"Bootstrap of account {planned.account}, {planned.region}")
    yield Line(Tone.PLAIN, "")
    for part in planned.parts:
        yield from _part(part)
    for stack in planned.unwanted:
        text = f"? {stack.name}: the settings want it no more; it stays until somebody deletes it"
        yield line(Tone.QUIET, text)
    if planned.lacking:
        yield Line(Tone.PLAIN, "")
        yield Line(
            Tone.TITLE, "For whoever owns what was brought along; bootstrap leaves it as it is:"
        )
        yield from (line(Tone.ALERT, f"  ! {each}") for each in planned.lacking)
    if planned.refused:
        yield Line(Tone.PLAIN, "")
        yield Line(Tone.TITLE, "Bootstrap does not do this:")
        yield from (line(Tone.ALERT, f"  ! {each}") for each in planned.refused)
    yield Line(Tone.PLAIN, "")
    yield Line(Tone.TITLE, _outcome(planned))


def _part(part: PartChange) -> Iterator[Line]:
    change = part.change
    kind = "StackSet " if part.accounts else ""
    yield line(
        TONES[change.action], f"{change.action.value} {kind}{change.id.name}  {_state(part)}"
    )
    told = body(change, Detail.TELLING)
    for one in (*told.words, *told.resources, *told.alerts):
        yield Line(one.tone, f"    {one.text.replace(*_ALL)}")
    if part.missing:
        yield line(Tone.CREATE, f"    + in accounts {', '.join(part.missing)}")
    if part.left:
        text = f"    ? in accounts {', '.join(part.left)}, which the settings name no more: stays"
        yield line(Tone.QUIET, text)
    if part.waits_for:
        names = ", ".join(part.waits_for)
        yield line(Tone.QUIET, f"    {names}: as it is when the stacks above are there")


def _state(part: PartChange) -> str:
    change = part.change
    if change.action in _SIGNS:
        new = change.status is StackStatus.ABSENT or change.action is Action.KEEP
        return _SIGNS[change.action] if new else f"new, was {change.status.value}"
    return f"{change.status.value}, method {change.method.value}"


def _outcome(planned: BootstrapPlan) -> str:
    if planned.is_empty:
        return "No change: the account is as the settings say."
    changing = [part for part in planned.parts if not part.is_settled]
    stacks = "1 stack changes" if len(changing) == 1 else f"{len(changing)} stacks change"
    return f"{stacks}, {len(planned.parts) - len(changing)} without change."
