"""Suspend and resume: let nothing be deployed into a workload or a stage for a while."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from mlops_gitops.errors import UsageError
from mlops_gitops.pipeline.approval import is_same_digest
from mlops_gitops.pipeline.holds import Hold, Holds, Refused, Suspension, written
from mlops_gitops.use_cases.find import find_stage, find_workload
from mlops_gitops.use_cases.holds import read_holds
from mlops_gitops.use_cases.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is meant: a workload, or a stage for all workloads.

    Attributes:
        workload: as a user calls it; empty where a stage is meant.
        stage: empty where a workload is meant.
    """

    workload: str = ""
    stage: str = ""


def suspend(world: World, subject: Subject, reason: str, until: datetime | None) -> Suspension:
    """Suspend something, or change why and until when it is suspended.

    Args:
        world: the repository and AWS.
        subject: what.
        reason: why, for whoever finds it.
        until: when it ends by itself; None if somebody has to end it.

    Raises:
        UsageError: there is no such workload or stage.
    """
    what = _found(world, subject)
    there = _of(read_holds(world), what)
    if there is not None and (there.reason, there.until) == (reason, until):
        return there
    made = Suspension(
        workload=what.workload,
        stage=what.stage,
        reason=reason,
        by=world.identity.arn(),
        since=world.clock.now(),
        until=until,
    )
    keep(world, made)
    return made


def resume(world: World, subject: Subject, digest: str = "") -> tuple[Hold, ...]:
    """End a suspension, or let a digest be deployed again that was rolled back from.

    Args:
        world: the repository and AWS.
        subject: what.
        digest: whole or at least its first 12 digits; empty for the suspension.

    Raises:
        UsageError: there is no such workload or stage, and nothing by that name is held; or no
            such digest is refused.
    """
    holds = read_holds(world)
    what = _known(world, subject, holds)
    found: list[Hold]
    if digest:
        found = [each for each in holds.refused if _is_meant(each, what.workload, digest)]
        if not found:
            refused = [each.digest for each in holds.refused if each.workload == what.workload]
            hint = f"Refused are: {', '.join(refused)}." if refused else "None is."
            raise UsageError(f"{digest} of {what.workload} is not refused.", hint=hint)
    else:
        held = _of(holds, what)
        found = [held] if held is not None else []
    for each in found:
        world.assets.remove(each.key)
    return tuple(found)


def keep(world: World, hold: Hold) -> None:
    """Write a hold down, over what was written about the same before."""
    content = written(hold)
    world.assets.write(hold.key, content, sha256(content).hexdigest())


def _is_meant(refused: Refused, workload: str, digest: str) -> bool:
    return refused.workload == workload and is_same_digest(digest, refused.digest)


def _of(holds: Holds, what: Subject) -> Suspension | None:
    return holds.of_workload(what.workload) if what.workload else holds.of_stage(what.stage)


def _found(world: World, subject: Subject) -> Subject:
    if subject.workload:
        return Subject(workload=find_workload(world, subject.workload))
    return Subject(stage=find_stage(world.settings, subject.stage).name)


def _known(world: World, subject: Subject, holds: Holds) -> Subject:
    """Find what is meant; what is held may be gone from the repository since."""
    held = {each.workload for each in holds.refused} | {each.workload for each in holds.suspended}
    if (subject.workload and subject.workload in held) or (
        subject.stage and holds.of_stage(subject.stage)
    ):
        return subject
    return _found(world, subject)
