"""Held: what holds keep from being deployed, told with a plan and kept to by `apply`."""

from collections.abc import Iterable, Mapping
from typing import assert_never

from mlops_gitops.config.settings import Approval, Settings
from mlops_gitops.diff.plan import Refusal
from mlops_gitops.pipeline.holds import Holds, Suspension


def suspension(settings: Settings, holds: Holds, workload: str) -> Suspension | None:
    """Find why nothing of a workload may be started; None if it may.

    A suspended stage keeps a workload back only if no gate stands before it: at a gate, `approve`
    is refused.
    """
    if (found := holds.of_workload(workload)) is not None:
        return found
    for stage in settings.places:
        match stage.approval:
            case Approval.NONE:
                if (found := holds.of_stage(stage.name)) is not None:
                    return found
            case Approval.MANUAL:
                pass
            case _:
                assert_never(stage.approval)
    return None


def refused_digests(holds: Holds, digests: Mapping[str, str]) -> tuple[Refusal, ...]:
    """Say which bundles somebody rolled back from.

    Args:
        holds: as they are now.
        digests: workload's full name -> digest of the bundle that would be deployed.
    """
    found = (holds.refusal(workload, digest) for workload, digest in digests.items())
    return tuple(
        Refusal(workload=each.workload, stage="", message=each.why, hint=each.hint)
        for each in found
        if each is not None
    )


def held_workloads(
    settings: Settings, holds: Holds, workloads: Iterable[str]
) -> tuple[Refusal, ...]:
    """Say which workloads `apply` leaves as they are, and which gates would not open.

    Args:
        settings: the stages.
        holds: as they are now.
        workloads: full names.
    """
    names = tuple(workloads)
    found = ((name, suspension(settings, holds, name)) for name in names)
    kept = [(name, each) for name, each in found if each is not None]
    told = [
        Refusal(workload=name, stage=each.stage, message=each.why, hint=each.hint)
        for name, each in kept
    ]
    gates = [each for each in holds.suspended if each.stage and each not in dict(kept).values()]
    if names:
        told += [
            Refusal(workload="", stage=each.stage, message=each.why, hint=each.hint)
            for each in gates
        ]
    return tuple(told)
