"""Remedies: what can safely be done about a stack that is stuck, by its status alone.

Sources: "Stack status codes", "Continue rolling back an update" and "Troubleshooting
CloudFormation" in the CloudFormation user guide; RollbackStack, ContinueUpdateRollback and
DeleteStack in its API reference.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from mlops_gitops.desired.stack import StackId
from mlops_gitops.diff.deployed import DeployedStack, StackStatus
from mlops_gitops.diff.states import next_step
from mlops_gitops.status.progress import ResourceProgress

_GONE = "DELETE_COMPLETE"
_NOT_REVERTED = "UPDATE_FAILED"
_NOT_DELETED = "DELETE_FAILED"


class Step(Enum):
    """What is done; the value says it in words."""

    NOTHING = "nothing to mend"
    LEAVE = "left as it is"  # only a person, or time, helps
    REMOVE = "remove the empty stack"
    ROLL_BACK = "roll back to the last good state"
    UNDO = "undo the failed creation"  # RollbackStack, where there is no last good state
    CONTINUE_ROLLBACK = "continue the rollback"
    DELETE = "delete what the failed creation left"
    DELETE_RETAINING = "delete the stack, leave what cannot be deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """What can be done about one stack.

    Attributes:
        why: what is wrong, in a sentence; empty where nothing is.
        resources: what it is about, each as `Name (type)`: what would be deleted, what stays
            behind, or what keeps the step from being taken.
        skip: logical ids that a continued rollback leaves as they are, or that stay behind.
        next_step: what to do instead or afterwards.
    """

    stack: StackId
    status: StackStatus
    step: Step
    why: str = ""
    resources: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    next_step: str = ""

    @property
    def acts(self) -> bool:
        """Whether anything is done."""
        return self.step not in (Step.NOTHING, Step.LEAVE)


def remedy_for(
    stack: DeployedStack,
    resources: Sequence[ResourceProgress],
    *,
    again: str,
    awaited: bool,
    skip: Sequence[str] = (),
) -> Remedy:
    """Say what can safely be done about a stack.

    Args:
        stack: as it is.
        resources: of it.
        again: the command that deploys it.
        awaited: whether an execution under way will still deploy to it.
        skip: logical ids that are left as they are; those that did not fail do not count.
    """
    case = _Case(stack=stack, resources=resources, again=again, awaited=awaited, skip=skip)
    return _REMEDIES[stack.status](case)


def depends_on_resources(status: StackStatus) -> bool:
    """Whether what can be done depends on what lives in a stack, so that it has to be read."""
    return _REMEDIES[status] not in (_well, _left)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """What `remedy_for` is asked about."""

    stack: DeployedStack
    resources: Sequence[ResourceProgress]
    again: str
    awaited: bool
    skip: Sequence[str]

    @property
    def living(self) -> list[ResourceProgress]:
        return [each for each in self.resources if each.status != _GONE]

    @property
    def in_account(self) -> str:
        id_ = self.stack.id
        return f"--stack-name {id_.name} --region {id_.region} (in account {id_.account})"

    def remedy(
        self,
        step: Step,
        *,
        why: str = "",
        about: Sequence[ResourceProgress] = (),
        skip: Sequence[str] = (),
        next_step: str = "",
    ) -> Remedy:
        return Remedy(
            stack=self.stack.id,
            status=self.stack.status,
            step=step,
            why=why,
            resources=tuple(f"{each.logical_id} ({each.resource_type})" for each in about),
            skip=tuple(skip),
            next_step=next_step,
        )


def _well(case: _Case) -> Remedy:
    return case.remedy(Step.NOTHING)


def _left(case: _Case) -> Remedy:
    stack = case.stack
    step = next_step(stack.status, stack.id, case.again)
    return case.remedy(Step.LEAVE, why=f"CloudFormation says {stack.status.value}.", next_step=step)


def _phantom(case: _Case) -> Remedy:
    """Judge the shell that a change set for a new stack leaves behind."""
    if case.awaited:
        why = "An execution under way has prepared its first change set."
        then = "Wait for it, or decide at its gate: mlops-gitops status."
        return case.remedy(Step.LEAVE, why=why, next_step=then)
    if case.living:
        why = "CloudFormation calls it new, and resources live in it."
        look = f"Look at it: aws cloudformation describe-stack-resources {case.in_account}."
        return case.remedy(Step.LEAVE, why=why, about=case.living, next_step=look)
    why = "A change set was made for a stack that was never created."
    return case.remedy(Step.REMOVE, why=why, next_step=case.again)


def _empty(case: _Case) -> Remedy:
    why = "The first creation failed and was rolled back"
    if case.living:
        then = (
            "Look at them, and move what you need. If nothing is needed: "
            f"aws cloudformation delete-stack {case.in_account}, then {case.again}"
        )
        why = f"{why}, and resources still live in it."
        return case.remedy(Step.LEAVE, why=why, about=case.living, next_step=then)
    return case.remedy(Step.REMOVE, why=f"{why}.", next_step=case.again)


def _half_made(case: _Case) -> Remedy:
    why = "The creation failed and was not rolled back."
    step = Step.UNDO if case.living else Step.REMOVE
    return case.remedy(step, why=why, about=case.living, next_step=case.again)


def _not_rolled_back(case: _Case) -> Remedy:
    why = "Rolling back the creation failed, so resources are left."
    return case.remedy(Step.DELETE, why=why, about=case.living, next_step=case.again)


def _not_deleted(case: _Case) -> Remedy:
    """Delete once more; what CloudFormation could not delete stays where it is."""
    stays = [each for each in case.resources if each.status == _NOT_DELETED]
    then = f"{case.again}. What stays behind is nobody's and may cost: delete it by hand."
    return case.remedy(
        Step.DELETE_RETAINING,
        why="Deleting the stack failed.",
        about=stays,
        skip=[each.logical_id for each in stays],
        next_step=then,
    )


def _half_updated(case: _Case) -> Remedy:
    why = "An update failed and was not rolled back."
    return case.remedy(Step.ROLL_BACK, why=why, next_step=case.again)


def _half_rolled_back(case: _Case) -> Remedy:
    failed = [each for each in case.resources if each.status == _NOT_REVERTED]
    known = [each.logical_id for each in failed]
    why = "Rolling back an update failed. What runs may serve, so it is never deleted."
    skipping = " ".join(("mlops-gitops repair", case.stack.id.name, *_options(known)))
    then = (
        "Mend the cause first. If it fails again, leave out what cannot be rolled back: "
        f"{skipping}. Whatever is skipped is not as the stack says; mlops-gitops drift tells. "
        f"Afterwards: {case.again}"
    )
    # CloudFormation skips only what its rollback left in UPDATE_FAILED.
    skip = [name for name in case.skip if name in known]
    step = Step.CONTINUE_ROLLBACK
    return case.remedy(step, why=why, about=failed, skip=skip, next_step=then)


def _options(names: Sequence[str]) -> list[str]:
    return [f"--skip {name}" for name in names]


_REMEDIES: Mapping[StackStatus, Callable[[_Case], Remedy]] = {
    StackStatus.ABSENT: _well,
    StackStatus.DELETE_COMPLETE: _well,
    StackStatus.CREATE_COMPLETE: _well,
    StackStatus.UPDATE_COMPLETE: _well,
    StackStatus.UPDATE_ROLLBACK_COMPLETE: _well,
    StackStatus.IMPORT_COMPLETE: _well,
    StackStatus.IMPORT_ROLLBACK_COMPLETE: _well,
    StackStatus.CREATE_IN_PROGRESS: _left,
    StackStatus.ROLLBACK_IN_PROGRESS: _left,
    StackStatus.DELETE_IN_PROGRESS: _left,
    StackStatus.UPDATE_IN_PROGRESS: _left,
    StackStatus.UPDATE_COMPLETE_CLEANUP_IN_PROGRESS: _left,
    StackStatus.UPDATE_ROLLBACK_IN_PROGRESS: _left,
    StackStatus.UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS: _left,
    StackStatus.IMPORT_IN_PROGRESS: _left,
    StackStatus.IMPORT_ROLLBACK_IN_PROGRESS: _left,
    StackStatus.IMPORT_ROLLBACK_FAILED: _left,
    StackStatus.REVIEW_IN_PROGRESS: _phantom,
    StackStatus.ROLLBACK_COMPLETE: _empty,
    StackStatus.CREATE_FAILED: _half_made,
    StackStatus.ROLLBACK_FAILED: _not_rolled_back,
    StackStatus.DELETE_FAILED: _not_deleted,
    StackStatus.UPDATE_FAILED: _half_updated,
    StackStatus.UPDATE_ROLLBACK_FAILED: _half_rolled_back,
}
