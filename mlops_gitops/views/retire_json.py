"""A retirement as JSON."""

from mlops_gitops.package.retirement import Retirement
from mlops_gitops.runs.applied import Applied
from mlops_gitops.views.plan_json import change_value
from mlops_gitops.views.values_json import values_json


def retire_json(wanted: Retirement, applied: Applied) -> str:
    """Write what was retired, and what came of it."""
    return values_json(
        workload=wanted.name,
        written="",
        changes=[change_value(change) for change in wanted.plan.changes],
        strange=wanted.strange,
        outcome=applied.outcome.value,
        digest=applied.digest,
        execution_id=applied.execution_id,
    )


def written_json(workload: str, path: str) -> str:
    """Write which config was made a tombstone; nothing else was done."""
    return values_json(
        workload=workload,
        written=path,
        changes=[],
        strange=[],
        outcome="",
        digest="",
        execution_id="",
    )
