"""The state table: a row for every status, and the right one."""

import botocore.loaders
import pytest

from mlops_gitops.desired.stack import StackId
from mlops_gitops.diff.deployed import StackStatus
from mlops_gitops.diff.plan import Verdict
from mlops_gitops.diff.states import Deployment, next_step, state_of

STACK = StackId("222222222222", "us-east-1", "mlops-pipeline-churn-dev")

ROWS = {
    "ABSENT": (Verdict.READY, Deployment.CREATE, False, ""),
    "DELETE_COMPLETE": (Verdict.READY, Deployment.CREATE, False, ""),
    "REVIEW_IN_PROGRESS": (Verdict.READY, Deployment.CREATE, False, ""),
    "CREATE_COMPLETE": (Verdict.READY, Deployment.UPDATE, True, ""),
    "UPDATE_COMPLETE": (Verdict.READY, Deployment.UPDATE, True, ""),
    "UPDATE_ROLLBACK_COMPLETE": (Verdict.READY, Deployment.UPDATE, True, ""),
    "IMPORT_COMPLETE": (Verdict.READY, Deployment.UPDATE, True, ""),
    "IMPORT_ROLLBACK_COMPLETE": (Verdict.READY, Deployment.UPDATE, True, ""),
    "ROLLBACK_COMPLETE": (Verdict.RECREATE, Deployment.CREATE, False, "mlops-gitops apply"),
    "CREATE_IN_PROGRESS": (Verdict.BUSY, Deployment.NONE, False, "mlops-gitops status"),
    "ROLLBACK_IN_PROGRESS": (Verdict.BUSY, Deployment.NONE, False, "mlops-gitops status"),
    "DELETE_IN_PROGRESS": (Verdict.BUSY, Deployment.NONE, False, "mlops-gitops status"),
    "UPDATE_IN_PROGRESS": (Verdict.BUSY, Deployment.NONE, True, "mlops-gitops status"),
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS": (
        Verdict.BUSY,
        Deployment.NONE,
        True,
        "mlops-gitops status",
    ),
    "UPDATE_ROLLBACK_IN_PROGRESS": (Verdict.BUSY, Deployment.NONE, True, "mlops-gitops status"),
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS": (
        Verdict.BUSY,
        Deployment.NONE,
        True,
        "mlops-gitops status",
    ),
    "IMPORT_IN_PROGRESS": (Verdict.BUSY, Deployment.NONE, True, "mlops-gitops status"),
    "IMPORT_ROLLBACK_IN_PROGRESS": (Verdict.BUSY, Deployment.NONE, True, "mlops-gitops status"),
    "CREATE_FAILED": (Verdict.BLOCKED, Deployment.NONE, False, "delete-stack"),
    "ROLLBACK_FAILED": (Verdict.BLOCKED, Deployment.NONE, False, "--retain-resources"),
    "DELETE_FAILED": (Verdict.BLOCKED, Deployment.NONE, False, "--retain-resources"),
    "UPDATE_FAILED": (Verdict.BLOCKED, Deployment.NONE, True, "rollback-stack"),
    "UPDATE_ROLLBACK_FAILED": (
        Verdict.BLOCKED,
        Deployment.NONE,
        True,
        "continue-update-rollback",
    ),
    "IMPORT_ROLLBACK_FAILED": (Verdict.BLOCKED, Deployment.NONE, True, "AWS Support"),
}


def test_the_table_knows_what_botocore_knows() -> None:
    """Every status that the installed botocore knows has a row, and no other but ABSENT."""
    model = botocore.loaders.create_loader().load_service_model("cloudformation", "service-2")
    known = set(model["shapes"]["StackStatus"]["enum"])

    assert {status.value for status in StackStatus} == known | {"ABSENT"}
    assert ROWS.keys() == known | {"ABSENT"}


@pytest.mark.parametrize("status", StackStatus, ids=lambda status: status.value)
def test_each_status_has_its_row(status: StackStatus) -> None:
    """A status decides verdict, type of the next change set, and the safe next step."""
    verdict, deployment, exists, step = ROWS[status.value]
    state = state_of(status)

    assert (state.verdict, state.deployment, state.exists) == (verdict, deployment, exists)
    assert step in next_step(status, STACK)
    assert bool(step) == bool(next_step(status, STACK))


@pytest.mark.parametrize("status", StackStatus, ids=lambda status: status.value)
def test_a_step_names_the_stack(status: StackStatus) -> None:
    """A command to copy names the stack, its region and its account, with nothing left open."""
    step = next_step(status, STACK)

    assert "{" not in step
    if "aws cloudformation" in step:
        assert f"--stack-name {STACK.name} --region us-east-1" in step
        assert STACK.account in step


def test_a_stack_that_may_serve_is_never_deleted() -> None:
    """Nobody is told to delete a stack whose update failed."""
    for status in (
        StackStatus.UPDATE_FAILED,
        StackStatus.UPDATE_ROLLBACK_FAILED,
        StackStatus.IMPORT_ROLLBACK_FAILED,
    ):
        assert "delete-stack" not in next_step(status, STACK)
