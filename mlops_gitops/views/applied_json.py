"""What `apply` did, as JSON."""

from collections.abc import Sequence

from mlops_gitops.runs.applied import Applied
from mlops_gitops.status.report import WorkloadStatus
from mlops_gitops.views.values_json import values_json


def applied_json(
    applied: Sequence[Applied], statuses: Sequence[WorkloadStatus] | None = None
) -> str:
    """Write what became of every workload, and where it ended if that was waited for."""
    ended = {} if statuses is None else {"statuses": statuses}
    return values_json(
        workloads=[
            {
                "workload": each.workload,
                "outcome": each.outcome,
                "digest": each.digest,
                "execution_id": each.execution_id,
                "failure": each.failure
                and {"message": each.failure.message, "hint": each.failure.hint},
                "held": each.held and {"message": each.held.why, "hint": each.held.hint},
            }
            for each in applied
        ],
        **ended,
    )
