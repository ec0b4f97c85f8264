"""Retry policies: whether a step that failed is tried again, and when.

Members and defaults after AWS's page "Retry Policy for Pipeline Steps".
"""

from collections.abc import Mapping
from dataclasses import dataclass

from mlops_gitops.executor.references import Json

SERVICE_FAULT = "Step.SERVICE_FAULT"
INTERNAL_ERROR = "SageMaker.JOB_INTERNAL_ERROR"
EXCEPTIONS = (
    SERVICE_FAULT,
    "Step.THROTTLING",
    INTERNAL_ERROR,
    "SageMaker.CAPACITY_ERROR",
    "SageMaker.RESOURCE_LIMIT",
    "Emr.RESOURCE_LIMIT",
)
"""What policies may name. Sources: AWS's page, both versions of the SageMaker Python SDK; for EMR
the published schema of definitions."""
ALGORITHM_ERROR = "AlgorithmError"
"""The user's own program failed: no policy of SageMaker names that, so it is never tried again."""
OUT_OF_TIME = "OutOfTime"
"""A function took longer than it may: no policy names that either."""

_INTERVAL, _BACKOFF, _ATTEMPTS = 1.0, 2.0, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Tries:
    """What has been tried.

    Attributes:
        since: when the step was first started.
        used: how often each policy has been used, by its place in the list.
    """

    since: float
    used: Mapping[int, int]


def retry_at(policies: Json, error: str, tries: Tries, at: float) -> tuple[float, Tries] | None:
    """Say when to try again.

    Args:
        policies: `RetryPolicies` of a step.
        error: what failed, as policies name it.
        tries: what has been tried.
        at: now, in seconds.

    Returns:
        When, and what has been tried by then; None if the step has failed for good.
    """
    for index, policy in enumerate(policies if isinstance(policies, list) else []):
        if isinstance(policy, dict) and error in _names(policy.get("ExceptionType")):
            done = tries.used.get(index, 0)
            delay = _number(policy, "IntervalSeconds", _INTERVAL)
            due = at + delay * _number(policy, "BackoffRate", _BACKOFF) ** done
            if _expired(policy, done, tries.since, due):
                return None
            return due, Tries(since=tries.since, used={**tries.used, index: done + 1})
    return None


def _names(value: Json) -> list[Json]:
    """Read `ExceptionType`: a list, or one text as the published schema has it."""
    return value if isinstance(value, list) else [value]


def _expired(policy: Mapping[str, Json], done: int, since: float, due: float) -> bool:
    if "ExpireAfterMin" in policy:
        return due > since + 60 * _number(policy, "ExpireAfterMin", 0)
    return done >= _number(policy, "MaxAttempts", _ATTEMPTS)


def _number(policy: Mapping[str, Json], key: str, default: float) -> float:
    value = policy.get(key, default)
    return float(value) if isinstance(value, int | float) else default
