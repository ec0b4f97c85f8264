"""A rollback as JSON."""

from mlops_gitops.status.rolled_back import RolledBack
from mlops_gitops.views.values_json import values_json


def rollback_json(done: RolledBack) -> str:
    """Write what became of a rollback."""
    return values_json(
        workload=done.workload,
        called=done.called,
        refused=done.refused,
        digest=done.digest,
        outcome=done.outcome,
        execution_id=done.execution_id,
        commit=done.commit,
        files=done.files,
        differences=done.differences,
        reject=done.reject,
        failure=done.failure and {"message": done.failure.message, "hint": done.failure.hint},
    )
