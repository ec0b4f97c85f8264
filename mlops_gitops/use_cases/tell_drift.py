"""Tell drift to whoever listens on the bus: people by mail and chat, programs by rules."""

from typing import Any

from mlops_gitops.status.drift import Drift, DriftReport
from mlops_gitops.status.drifting.words import drift_lines
from mlops_gitops.use_cases.world import World

DRIFT_FOUND = "Drift Found"
"""Detail-type of the event; see schemas/events/drift-found.json."""
_MOST, _LONGEST = 100, 500


def tell_drift(world: World, report: DriftReport) -> None:
    """Put an event for each drift; who listens tells one of the same id once.

    Raises:
        AwsError: the bus did not take one.
    """
    if report.drifts:
        world.events.put(DRIFT_FOUND, [_detail(each) for each in report.drifts])


def _detail(drift: Drift) -> dict[str, Any]:
    lines = [f"{_about(drift)}{line}"[:_LONGEST] for line in drift_lines(drift)]
    return {
        "drift_id": drift.id,
        "stack": drift.stack.name,
        "stage": drift.stage,
        "account": drift.stack.account,
        "changes": lines[:_MOST],
    }


def _about(drift: Drift) -> str:
    return (
        f"{drift.logical_id} {drift.kind.value}, " if drift.logical_id else f"{drift.kind.value}, "
    )
