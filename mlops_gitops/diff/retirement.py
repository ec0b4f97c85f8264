"""Retirement: what a tombstone does to a stack, and which stacks it is about."""

from mlops_gitops.desired.names import OURS
from mlops_gitops.desired.stack import DesiredStack
from mlops_gitops.diff.deployed import DeployedStack, StackStatus
from mlops_gitops.diff.plan import ValueChange

RETIRED = ValueChange("state", "active", "retired")
"""What a tombstone changes, in the user's words."""
REVIVED = ValueChange("state", "retired", "active")

_EMPTY = frozenset(
    {
        StackStatus.ABSENT,
        StackStatus.DELETE_COMPLETE,
        # Nothing was made yet, and nothing was left.
        StackStatus.REVIEW_IN_PROGRESS,
        StackStatus.ROLLBACK_COMPLETE,
    }
)


def is_wanted(desired: DesiredStack, deployed: DeployedStack | None) -> bool:
    """Whether a stack is to be there, or to be emptied; what is not there needs no tombstone.

    A stack of that name without our tags is somebody else's, whatever git says is retired.
    """
    if not desired.is_tombstone:
        return True
    if deployed is None or deployed.status in _EMPTY:
        return False
    ours = {key: value for key, value in desired.tags.items() if key.startswith(OURS)}
    return ours.items() <= deployed.tags.items()
