"""Held: what a workload's status tells of holds."""

from collections.abc import Iterator
from dataclasses import replace

from mlops_gitops.pipeline.holds import Holds
from mlops_gitops.status.report import Health, Held, StageStatus, WorkloadStatus


def with_holds(status: WorkloadStatus, holds: Holds) -> WorkloadStatus:
    """Tell in a status what is suspended, and whether what is committed is refused."""
    held = tuple(_held(status, holds))
    suspended = {each.stage for each in held if each.is_suspended}
    return replace(
        status,
        held=held,
        stages=tuple(
            _suspended(stage) if suspended & {"", stage.stage} else stage for stage in status.stages
        ),
    )


def _held(status: WorkloadStatus, holds: Holds) -> Iterator[Held]:
    if refused := holds.refusal(status.name, status.desired_digest):
        yield Held(stage="", is_suspended=False, why=refused.why, until=None, resume=refused.resume)
    stages = (holds.of_stage(stage.stage) for stage in status.stages)
    for each in (holds.of_workload(status.name), *stages):
        if each is not None:
            yield Held(
                stage=each.stage,
                is_suspended=True,
                why=each.why,
                until=each.until,
                resume=each.resume,
            )


def _suspended(stage: StageStatus) -> StageStatus:
    """Show a suspension where it hides nothing that is worse."""
    quiet = stage.health in (Health.HEALTHY, Health.MISSING)
    return replace(stage, health=Health.SUSPENDED) if quiet else stage
