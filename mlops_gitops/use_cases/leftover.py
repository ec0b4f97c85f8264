"""Leftovers: what nobody needs any more, and `gc` deletes."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from mlops_gitops.desired.stack import StackId


class Kind(Enum):
    """What is left; the value is what it is called. In this order it is deleted."""

    CHANGE_SET = "change set"
    UNMADE = "stack that was never made"
    EMPTY = "empty stack of a retired workload"
    PIPELINE = "delivery pipeline of a retired workload"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """One thing that was left behind.

    Attributes:
        stack: of a change set the one that it is of; else it is what is left.
        name: of the change set; empty for a stack.
        created_at: when it was made, or moved last; None where nobody knows.
        pipeline: the delivery pipeline that could still need it; empty where none could.
    """

    kind: Kind
    stack: StackId
    name: str = ""
    created_at: datetime | None = None
    pipeline: str = ""
