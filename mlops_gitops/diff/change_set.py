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
    """One change set with everything that an approval is compared with."""

    stack: StackId
    name: str
    state: ChangeSetState
    reason: str
    template: Template
    parameters: Mapping[str, str]
    tags: Mapping[str, str]
    changes: tuple[ResourceChange, ...]
