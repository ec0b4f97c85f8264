"""Brakes: what the settings never let through, and what they want to be told twice."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from mlops_gitops.config.settings import Settings, Stage
from mlops_gitops.diff.plan import Action, Refusal, Risk, StackChange
from mlops_gitops.errors import Blocked, PolicyFailure
from mlops_gitops.pipeline.authorship import is_committed

FLAG = "--accept-mass-change"
_CONFIRMED = "`Accept-Mass-Change: yes` in the message of the branch's last commit"
_TRAILER = re.compile(r"^accept-mass-change:\s*yes\s*$", re.IGNORECASE | re.MULTILINE)


class Brake(Enum):
    """Whether the limit of what one commit may change holds."""

    ON = "on"
    RELEASED = "released"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mass:
    """How many of the deployed workloads would change."""

    moving: int
    deployed: int


def refuse_blocked_risks(settings: Settings, changes: Sequence[StackChange]) -> None:
    """Refuse a workload that would do what a stage of it blocks.

    Raises:
        PolicyFailure: with the stage, the risk and why it is one.
    """
    for change in changes:
        if change.action is not Action.KEEP:
            refuse_blocked(settings, settings.stage(change.stage), change.risks)


def refuse_blocked(settings: Settings, stage: Stage, risks: Sequence[Risk]) -> None:
    """Refuse what a stage blocks.

    Raises:
        PolicyFailure: with the stage, the risk and why it is one.
    """
    found = [risk for risk in risks if risk.kind.value in stage.block]
    if found:
        raise PolicyFailure(
            f"{stage.name} blocks this: {in_full(found)}.",
            hint=f"Change the config so that `mlops-gitops plan` does not show it, or `block` "
            f"of {stage.name} in {settings.path}.",
        )


def in_full(risks: Sequence[Risk]) -> str:
    """Tell risks: kind, resource and reason."""
    return "; ".join(f"{risk.kind.value}, {risk.where}: {risk.why}" for risk in risks)


def is_confirmed(commit: str, message: str) -> bool:
    """Whether a commit says itself that it is meant to change that much.

    Args:
        commit: what is applied; changes that are not committed are no commit's.
        message: of the commit that is checked out.
    """
    return is_committed(commit) and _TRAILER.search(message) is not None


def mass_of(
    settings: Settings,
    workloads: Mapping[str, Sequence[StackChange]],
    carried: Collection[str] = (),
    beside: int = 0,
) -> Mass | None:
    """Measure what would change, if it is more than the settings let.

    A single workload is never too much, however few there are.

    Args:
        settings: the limit.
        workloads: what a plan says of each.
        carried: names of those that are on their way already.
        beside: how many more are deployed, of which the plan does not tell.
    """
    deployed = [
        name
        for name, changes in workloads.items()
        if any(change.deployed_digest is not None for change in changes)
    ]
    moving = [
        name
        for name in deployed
        if name not in carried
        and any(change.action is not Action.KEEP for change in workloads[name])
    ]
    limit = settings.max_changed_percent
    count = len(deployed) + beside
    if limit is None or not moving[1:] or len(moving) * 100 <= limit * count:
        return None
    return Mass(moving=len(moving), deployed=count)


def mass_change(settings: Settings, mass: Mass) -> Blocked:
    """Say that too much would change, and how to say that it is meant."""
    return Blocked(
        f"{_too_much(settings, mass)} Nothing was touched.",
        hint=f"Look at `mlops-gitops plan`. If all of it is meant, repeat with {FLAG}, or write "
        "`Accept-Mass-Change: yes` as a line of the commit's message.",
    )


def refusals(
    settings: Settings, workloads: Mapping[str, Sequence[StackChange]], mass: Mass | None
) -> Iterator[Refusal]:
    """Say beforehand what would be refused, in the words in which it would be.

    Args:
        settings: what they block.
        workloads: what a plan says of each.
        mass: what would change, if that is more than the settings let.
    """
    if mass is not None:
        hint = f"If all of it is meant: `mlops-gitops apply {FLAG}`, or a line {_CONFIRMED}."
        yield Refusal(workload="", stage="", message=_too_much(settings, mass), hint=hint)
    yield from told(workloads, lambda _, changes: refuse_blocked_risks(settings, changes))


def told(
    workloads: Mapping[str, Sequence[StackChange]],
    refuse: Callable[[str, Sequence[StackChange]], None],
) -> Iterator[Refusal]:
    """Say of each change whether it would be refused.

    Args:
        workloads: what a plan says of each.
        refuse: raises PolicyFailure for changes of a workload that are not let through.
    """
    for workload, changes in workloads.items():
        for change in changes:
            try:
                refuse(workload, (change,))
            except PolicyFailure as refused:
                yield Refusal(
                    workload=workload,
                    stage=change.stage,
                    message=refused.message,
                    hint=refused.hint,
                )


def _too_much(settings: Settings, mass: Mass) -> str:
    return (
        f"{mass.moving} of {mass.deployed} deployed workloads would change; {settings.path} lets "
        f"one commit change {settings.max_changed_percent} %."
    )
