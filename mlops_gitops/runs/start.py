"""Starts: when an execution is started, so that repeating `apply` starts nothing twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from mlops_gitops.runs.execution import CREATED_WITH_PIPELINE, Execution, ExecutionStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRequest:
    """What `StartPipelineExecution` is called with.

    Attributes:
        token: the same token never starts a second execution.
    """

    bundle_version: str
    variables: Mapping[str, str]
    token: str


def running(executions: Sequence[Execution], bundle_version: str) -> Execution | None:
    """Find the execution that already carries this version of the bundle."""
    return next(
        (each for each in _active(executions) if each.bundle_version == bundle_version), None
    )


def last_to_arrive(executions: Sequence[Execution]) -> Execution | None:
    """Find the execution under way that every other one is ahead of; None if none is under way.

    What it carries is what stays: executions queue and never overtake.

    Args:
        executions: newest first.
    """
    return next(iter(_active(executions)), None)


def newest_failed(executions: Sequence[Execution]) -> Execution | None:
    """Give the newest execution if it failed.

    Its stacks may be as desired all the same, where what they run failed.

    Args:
        executions: newest first.
    """
    newest = next((each for each in executions if each.trigger != CREATED_WITH_PIPELINE), None)
    return newest if newest is not None and newest.status is ExecutionStatus.FAILED else None


def start_token(executions: Sequence[Execution], bundle_version: str) -> str:
    """Make the token for starting this version once more.

    It is made of the version and of the newest execution that carried it and is over: whoever
    repeats the call makes the same token, and whoever retries after a failure, a rejection or a
    stop makes a new one. An execution that failed in Source has no version and counts, too. Others
    do not: what somebody asked for who was held up for long would be started behind them.

    Args:
        executions: newest first.
        bundle_version: S3 version id of the bundle.
    """
    same = [each for each in executions if each.bundle_version in {"", bundle_version}]
    ended = newest_over(same)
    return "mg-" + sha256(f"{bundle_version} {ended}".encode()).hexdigest()[:32]


def newest_over(executions: Sequence[Execution]) -> str:
    """Give the id of the newest execution that is over; empty if none is. Newest first."""
    return next((each.id for each in executions if each.status.is_over), "")


def _active(executions: Sequence[Execution]) -> tuple[Execution, ...]:
    return tuple(each for each in executions if not each.status.is_over)
