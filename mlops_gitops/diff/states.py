"""The state table: what each status of a stack means for the next deployment.

Source: "Stack status codes" and "Troubleshooting CloudFormation" in the CloudFormation user
guide. A status is never judged by a part of its name: `UPDATE_ROLLBACK_COMPLETE` is healthy and
`ROLLBACK_COMPLETE` cannot be updated.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from mlops_gitops.desired.stack import StackId
from mlops_gitops.diff.deployed import StackStatus
from mlops_gitops.diff.plan import Verdict


class Deployment(Enum):
    """The type of the change set that the next deployment makes."""

    CREATE = "CREATE"
    UPDATE = "UPDATE"
    NONE = "none"  # not before the stack is left alone, or mended


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One row of the table.

    Attributes:
        verdict: whether the stack can be deployed to as it is.
        deployment: type of the next change set.
        exists: whether what is deployed can be compared with; else everything counts as new.
        next_step: the safe next step; empty where `apply` just works. `{name}`, `{account}`
            and `{region}` stand for the stack's own, `{again}` for the command that deploys it.
    """

    verdict: Verdict
    deployment: Deployment
    exists: bool
    next_step: str = ""


def state_of(status: StackStatus) -> State:
    """Look a status up."""
    return _TABLE[status]


APPLY = "mlops-gitops apply"
"""Brings what runs to what git says."""


def retire_command(workload: str) -> str:
    """Give the command that ends a workload which no config declares."""
    return f"mlops-gitops retire {workload}"


def repair_command(workload: str) -> str:
    """Give the command that mends what is stuck of a workload, or of one stack by its name."""
    return f"mlops-gitops repair {workload}"


def revert_command(workload: str) -> str:
    """Give the command that brings back what was changed by hand."""
    return f"mlops-gitops drift {workload} --revert"


def next_step(status: StackStatus, stack: StackId, again: str = APPLY) -> str:
    """Say what to do about a stack in this status; empty where `apply` just works.

    Args:
        status: of the stack.
        stack: which one.
        again: the command that deploys it.
    """
    step = state_of(status).next_step
    return step.format(name=stack.name, account=stack.account, region=stack.region, again=again)


def _creates() -> State:
    return State(verdict=Verdict.READY, deployment=Deployment.CREATE, exists=False)


def _updates() -> State:
    return State(verdict=Verdict.READY, deployment=Deployment.UPDATE, exists=True)


def _busy(doing: str, *, exists: bool) -> State:
    step = (
        f"CloudFormation is {doing} this stack. Wait until it has finished "
        "(mlops-gitops status), then run mlops-gitops plan again."
    )
    return State(verdict=Verdict.BUSY, deployment=Deployment.NONE, exists=exists, next_step=step)


def _blocked(step: str, *, exists: bool) -> State:
    return State(verdict=Verdict.BLOCKED, deployment=Deployment.NONE, exists=exists, next_step=step)


_IN_ACCOUNT = "--stack-name {name} --region {region} (in account {account})"
_FIND_OUT = f"See why with: aws cloudformation describe-stack-events {_IN_ACCOUNT}. "
_THEN = ", then {again}."

_TABLE: Mapping[StackStatus, State] = {
    # There is no stack, or only the shell that a change set for a new one leaves behind.
    StackStatus.ABSENT: _creates(),
    StackStatus.DELETE_COMPLETE: _creates(),
    StackStatus.REVIEW_IN_PROGRESS: _creates(),
    # Healthy, whatever happened before.
    StackStatus.CREATE_COMPLETE: _updates(),
    StackStatus.UPDATE_COMPLETE: _updates(),
    StackStatus.UPDATE_ROLLBACK_COMPLETE: _updates(),
    StackStatus.IMPORT_COMPLETE: _updates(),
    StackStatus.IMPORT_ROLLBACK_COMPLETE: _updates(),
    # A creation that was rolled back cannot be updated; its empty shell goes first.
    StackStatus.ROLLBACK_COMPLETE: State(
        verdict=Verdict.RECREATE,
        deployment=Deployment.CREATE,
        exists=False,
        next_step=(
            "The first creation failed and was rolled back. Mend the cause, then "
            "{again}: it removes the empty stack and creates it again."
        ),
    ),
    # Something moves; nobody else may start anything.
    StackStatus.CREATE_IN_PROGRESS: _busy("creating", exists=False),
    StackStatus.ROLLBACK_IN_PROGRESS: _busy("rolling back the creation of", exists=False),
    StackStatus.DELETE_IN_PROGRESS: _busy("deleting", exists=False),
    StackStatus.UPDATE_IN_PROGRESS: _busy("updating", exists=True),
    StackStatus.UPDATE_COMPLETE_CLEANUP_IN_PROGRESS: _busy(
        "removing replaced resources of", exists=True
    ),
    StackStatus.UPDATE_ROLLBACK_IN_PROGRESS: _busy("rolling back an update of", exists=True),
    StackStatus.UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS: _busy(
        "removing what a rolled-back update left of", exists=True
    ),
    StackStatus.IMPORT_IN_PROGRESS: _busy("importing resources into", exists=True),
    StackStatus.IMPORT_ROLLBACK_IN_PROGRESS: _busy("rolling back an import into", exists=True),
    # Only a person can tell what is right; live resources may be there.
    StackStatus.CREATE_FAILED: _blocked(
        f"The creation failed and was not rolled back. {_FIND_OUT}If nothing in it is needed: "
        f"aws cloudformation delete-stack {_IN_ACCOUNT}{_THEN}",
        exists=False,
    ),
    StackStatus.ROLLBACK_FAILED: _blocked(
        f"Rolling back the creation failed, so resources are left. {_FIND_OUT}Then: "
        f"aws cloudformation delete-stack {_IN_ACCOUNT}; keep what cannot be deleted with "
        f"--retain-resources at a second try{_THEN}",
        exists=False,
    ),
    StackStatus.DELETE_FAILED: _blocked(
        f"Deleting the stack failed, so resources are left. {_FIND_OUT}Then: "
        f"aws cloudformation delete-stack {_IN_ACCOUNT} --retain-resources LOGICAL_IDS{_THEN}",
        exists=False,
    ),
    StackStatus.UPDATE_FAILED: _blocked(
        f"An update failed and was not rolled back. {_FIND_OUT}Go back to the last good state "
        f"with: aws cloudformation rollback-stack {_IN_ACCOUNT}{_THEN}",
        exists=True,
    ),
    StackStatus.UPDATE_ROLLBACK_FAILED: _blocked(
        f"Rolling back an update failed; never delete this stack, it may serve. {_FIND_OUT}"
        f"Mend the cause, then: aws cloudformation continue-update-rollback {_IN_ACCOUNT}{_THEN}",
        exists=True,
    ),
    StackStatus.IMPORT_ROLLBACK_FAILED: _blocked(
        # ContinueUpdateRollback is documented for UPDATE_ROLLBACK_FAILED alone.
        f"Rolling back an import failed, and CloudFormation has no command for that. {_FIND_OUT}"
        f"Leave the stack as it is and ask AWS Support.",
        exists=True,
    ),
}
