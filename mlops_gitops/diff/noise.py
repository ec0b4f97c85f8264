"""Noise: differences that have no effect, which a reader would learn to look past."""

import re
from collections.abc import Iterable

from mlops_gitops.diff.plan import Action, ResourceChange, StackChange, ValueChange

_OWN_DIGEST = re.compile(r"mg1-[0-9a-f]{64}")
_WITHOUT_EFFECT = re.compile(
    # Metadata of a resource or template; tags that AWS itself sets; descriptions of a template.
    r"Metadata\b.*|Tags\[aws:.*|tag aws:.*|Description|Parameters\.\w+\.(Constraint)?Description"
)


def is_noise(change: ValueChange) -> bool:
    """Whether a difference does nothing: metadata, descriptions, and our own digest."""
    values = [value for value in (change.before, change.after) if value is not None]
    own = bool(values) and all(_OWN_DIGEST.fullmatch(value) for value in values)
    return own or _WITHOUT_EFFECT.fullmatch(change.name) is not None


def telling(changes: Iterable[ValueChange]) -> tuple[ValueChange, ...]:
    """Leave out what does nothing."""
    return tuple(change for change in changes if not is_noise(change))


def is_noise_only(change: ResourceChange) -> bool:
    """Whether a resource is touched, but nothing about it changes that has an effect."""
    return (
        change.action is Action.UPDATE
        and bool(change.properties)
        and not change.because
        and not telling(change.properties)
    )


def count_noise(change: StackChange) -> int:
    """Count the differences of a stack that do nothing; in a new stack all is told by name."""
    if change.action is Action.CREATE:
        return 0
    values = [value for one in change.resources for value in one.properties] + [*change.elsewhere]
    return len(values) - len(telling(values))
