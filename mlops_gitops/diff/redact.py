"""Plans without secrets: what other tools deployed may hold some, and a plan is shown and kept.

Values are compared before this, so a secret that changes is still told as a change.
"""

from collections.abc import Iterable
from dataclasses import replace

from mlops_gitops.config.secrets import masked, masked_value
from mlops_gitops.diff.plan import (
    AccessChange,
    Orphan,
    Plan,
    ResourceChange,
    Risk,
    StackChange,
    ValueChange,
)


def redacted(plan: Plan) -> Plan:
    """Give a plan as it may be shown, saved and sent."""
    return replace(
        plan,
        changes=tuple(_stack(change) for change in plan.changes),
        orphans=tuple(_orphan(each) for each in plan.orphans),
    )


def redacted_resources(changes: Iterable[ResourceChange]) -> tuple[ResourceChange, ...]:
    """Give what happens to resources as it may be shown."""
    return tuple(
        replace(each, properties=_values(each.properties), because=masked(each.because))
        for each in changes
    )


def redacted_risks(risks: Iterable[Risk]) -> tuple[Risk, ...]:
    """Give risks as they may be shown."""
    return tuple(_risk(each) for each in risks)


def _stack(change: StackChange) -> StackChange:
    return replace(
        change,
        summary=_values(change.summary),
        parameters=_values(change.parameters),
        resources=redacted_resources(change.resources),
        elsewhere=_values(change.elsewhere),
        risks=redacted_risks(change.risks),
        access=tuple(_access(each) for each in change.access),
        unprovable=masked(change.unprovable),
        next_step=masked(change.next_step),
    )


def _orphan(orphan: Orphan) -> Orphan:
    """Give a stack of which only its own name and tags tell, which anybody may have written."""
    return Orphan(
        id=replace(orphan.id, name=masked(orphan.id.name)),
        workload=masked(orphan.workload),
        stage=masked(orphan.stage),
    )


def _values(changes: Iterable[ValueChange]) -> tuple[ValueChange, ...]:
    return tuple(
        ValueChange(
            masked(each.name), _shown(each.name, each.before), _shown(each.name, each.after)
        )
        for each in changes
    )


def _shown(name: str, value: str | None) -> str | None:
    return None if value is None else masked_value(name, value)


def _risk(risk: Risk) -> Risk:
    return replace(risk, where=masked(risk.where), why=masked(risk.why))


def _access(change: AccessChange) -> AccessChange:
    return replace(
        change,
        principal=masked(change.principal),
        resource=masked(change.resource),
        condition=masked(change.condition),
    )
