"""Deployed StackSets: what AWS says of one template in many accounts."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from mlops_gitops.desired.stack import Template


class OperationState(Enum):
    """How an operation on a StackSet stands."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"  # or stopped by somebody: in some accounts it may have been carried out


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountResult:
    """What became of a StackSet's stack in one account.

    Attributes:
        succeeded: whether the stack there is as the StackSet says.
        reason: AWS's own words; empty where there is nothing to say.
    """

    account: str
    succeeded: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation on a StackSet."""

    state: OperationState
    results: tuple[AccountResult, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployedStackSet:
    """A StackSet.

    Attributes:
        accounts: those that have its stack, with how it is there.
    """

    name: str
    template: Template
    parameters: Mapping[str, str]
    tags: Mapping[str, str]
    accounts: tuple[AccountResult, ...]
