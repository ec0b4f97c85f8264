"""What is done about every status that CloudFormation knows."""

import pytest

from mlops_gitops.desired.stack import StackId
from mlops_gitops.diff.deployed import DeployedStack, StackStatus
from mlops_gitops.status.progress import ResourceProgress
from mlops_gitops.status.remedy import Remedy, Step, remedy_for

STACK = StackId("222222222222", "us-east-1", "mlops-pipeline-churn-dev")
AGAIN = "mlops-gitops apply"


def remedy(status: StackStatus, *living: str, awaited: bool = False, skip: str = "") -> Remedy:
    """Ask about a stack whose resources have these statuses."""
    stack = DeployedStack(
        id=STACK,
        status=status,
        status_reason="",
        parameters={},
        outputs={},
        tags={},
        updated_at=None,
    )
    resources = [
        ResourceProgress(
            logical_id=f"R{index}", resource_type="AWS::S3::Bucket", status=each, reason=""
        )
        for index, each in enumerate(living)
    ]
    return remedy_for(stack, resources, again=AGAIN, awaited=awaited, skip=[skip] if skip else [])


WITH_LIFE: dict[StackStatus, Step] = {
    StackStatus.ABSENT: Step.NOTHING,
    StackStatus.DELETE_COMPLETE: Step.NOTHING,
    StackStatus.CREATE_COMPLETE: Step.NOTHING,
    StackStatus.UPDATE_COMPLETE: Step.NOTHING,
    StackStatus.UPDATE_ROLLBACK_COMPLETE: Step.NOTHING,
    StackStatus.IMPORT_COMPLETE: Step.NOTHING,
    StackStatus.IMPORT_ROLLBACK_COMPLETE: Step.NOTHING,
    StackStatus.CREATE_IN_PROGRESS: Step.LEAVE,
    StackStatus.ROLLBACK_IN_PROGRESS: Step.LEAVE,
    StackStatus.DELETE_IN_PROGRESS: Step.LEAVE,
    StackStatus.UPDATE_IN_PROGRESS: Step.LEAVE,
    StackStatus.UPDATE_COMPLETE_CLEANUP_IN_PROGRESS: Step.LEAVE,
    StackStatus.UPDATE_ROLLBACK_IN_PROGRESS: Step.LEAVE,
    StackStatus.UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS: Step.LEAVE,
    StackStatus.IMPORT_IN_PROGRESS: Step.LEAVE,
    StackStatus.IMPORT_ROLLBACK_IN_PROGRESS: Step.LEAVE,
    StackStatus.IMPORT_ROLLBACK_FAILED: Step.LEAVE,
    StackStatus.REVIEW_IN_PROGRESS: Step.LEAVE,
    StackStatus.ROLLBACK_COMPLETE: Step.LEAVE,
    StackStatus.CREATE_FAILED: Step.UNDO,
    StackStatus.ROLLBACK_FAILED: Step.DELETE,
    StackStatus.DELETE_FAILED: Step.DELETE_RETAINING,
    StackStatus.UPDATE_FAILED: Step.ROLL_BACK,
    StackStatus.UPDATE_ROLLBACK_FAILED: Step.CONTINUE_ROLLBACK,
}
"""Status -> what is done where a resource is there."""
WITHOUT_LIFE = {
    StackStatus.REVIEW_IN_PROGRESS: Step.REMOVE,
    StackStatus.ROLLBACK_COMPLETE: Step.REMOVE,
    StackStatus.CREATE_FAILED: Step.REMOVE,
}
"""What is done instead where nothing lives in the stack any more."""


@pytest.mark.parametrize("status", StackStatus)
def test_every_status_has_its_step(status: StackStatus) -> None:
    """What may serve is never deleted, and what is empty is."""
    assert remedy(status, "CREATE_COMPLETE").step is WITH_LIFE[status]
    assert remedy(status, "DELETE_COMPLETE").step is WITHOUT_LIFE.get(status, WITH_LIFE[status])


@pytest.mark.parametrize("status", StackStatus)
def test_whatever_is_wrong_has_a_next_command(status: StackStatus) -> None:
    """A refusal says what is wrong, and what to run or whom to ask."""
    found = remedy(status, "CREATE_COMPLETE")

    if found.step is not Step.NOTHING:
        assert found.why
        assert "mlops-gitops" in found.next_step or "aws " in found.next_step


def test_a_stack_that_is_about_to_be_created_is_left_alone() -> None:
    """The first change set of a new stack waits at a gate; that is no phantom."""
    found = remedy(StackStatus.REVIEW_IN_PROGRESS, awaited=True)

    assert found.step is Step.LEAVE
    assert "mlops-gitops status" in found.next_step


def test_what_would_be_deleted_is_told() -> None:
    """Whoever confirms has seen each resource that still lives."""
    statuses = (StackStatus.CREATE_FAILED, StackStatus.ROLLBACK_FAILED)
    for status in statuses:
        found = remedy(status, "CREATE_COMPLETE", "DELETE_COMPLETE", "CREATE_FAILED")

        assert found.resources == ("R0 (AWS::S3::Bucket)", "R2 (AWS::S3::Bucket)")


def test_only_what_could_not_be_deleted_stays_behind() -> None:
    """The rest goes; CloudFormation retains nothing else."""
    found = remedy(StackStatus.DELETE_FAILED, "DELETE_COMPLETE", "DELETE_FAILED", "CREATE_COMPLETE")

    assert found.skip == ("R1",)
    assert found.resources == ("R1 (AWS::S3::Bucket)",)


def test_a_rollback_skips_only_what_failed_and_was_named() -> None:
    """Nothing is skipped by itself, and CloudFormation would not skip what did not fail."""
    status, statuses = StackStatus.UPDATE_ROLLBACK_FAILED, ("UPDATE_FAILED", "UPDATE_COMPLETE")

    assert remedy(status, *statuses).skip == ()
    assert remedy(status, *statuses, skip="R0").skip == ("R0",)
    assert remedy(status, *statuses, skip="R1").skip == ()
    assert "--skip R0" in remedy(status, *statuses).next_step
    assert "--skip R1" not in remedy(status, *statuses).next_step
