"""Summaries: one line that tells an approver what changes in a stage, risks included."""

from collections.abc import Sequence

from mlops_gitops.config.secrets import masked
from mlops_gitops.diff.plan import Action, StackChange, ValueChange

_LIMIT = 700
"""Characters; with digest, commit and author it stays below the 1,000 of a configuration."""
_AUTHOR_LIMIT = 100
_ENOUGH_NAME = 3


def summary_line(change: StackChange) -> str:
    """Tell a stage's change in one line of at most 700 characters."""
    if change.action is Action.KEEP:
        return f"no change in {change.stage}"
    facts = "; ".join(_fact(each) for each in change.summary) or "resources change"
    risks = ", ".join(sorted({risk.kind.value for risk in change.risks}))
    line = f"{change.action.name.lower()} {change.stage}: {facts}"
    tail = f" [risks: {risks}]" if risks else ""
    return _ascii(_cut(line, _LIMIT - len(tail)) + tail)


def drift_line(stage: str, changed: Sequence[str]) -> str:
    """Tell what is put back in a stage in one line of at most 700 characters."""
    return _ascii(_cut(f"put back {stage}: {'; '.join(changed)}", _LIMIT))


def author_line(author: str) -> str:
    """Name a commit's author in at most 100 characters; of a long one, the address is kept."""
    name, mark, address = masked(author).rpartition(" <")
    room = _AUTHOR_LIMIT - len(mark + address)
    shown = _cut(name, room) + mark + address if room > _ENOUGH_NAME else address.rstrip(">")
    return _ascii(_cut(shown, _AUTHOR_LIMIT))


def _fact(change: ValueChange) -> str:
    if change.before is None:
        return f"{change.name} {change.after}"
    if change.after is None:
        return f"{change.name} {change.before} removed"
    return f"{change.name} {change.before} -> {change.after}"


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 3] + "..."


def _ascii(text: str) -> str:
    """Keep to characters that every console, e-mail and CodePipeline variable takes."""
    return "".join(mark if " " <= mark <= "~" else "?" for mark in text)
