"""Change sets: what CloudFormation says a deployment would do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from mlops_gitops.desired.stack import StackId, Template
from mlops_gitops.diff.plan import ResourceChange


class ChangeSetState(Enum):
    """Whether a change set can still be deployed."""

    AVAILABLE = "available"
    EMPTY = "empty"  # the stack is as desired already
    OBSOLETE = "obsolete"  # the stack moved since
    PENDING = "pending"
    FAILED = "failed"
    EXECUTED = "executed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSetName:
    """One change set as a listing tells it."""

    name: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSet:
    """One change set with everything that an approval is compared with.

    Attributes:
        is_drift_aware: whether it also puts back what was changed outside of CloudFormation; then
            what its changes call "before" is what is there.
        drifted: logical ids of what somebody changed or deleted; empty where nobody looked.
    """

    stack: StackId
    name: str
    state: ChangeSetState
    reason: str
    template: Template
    parameters: Mapping[str, str]
    tags: Mapping[str, str]
    changes: tuple[ResourceChange, ...]
    is_drift_aware: bool = False
    drifted: frozenset[str] = frozenset()
