"""Retry policies are followed as AWS describes them."""

from typing import Any

from mlops_gitops.executor.retries import Tries, retry_at

NEW = Tries(since=0, used={})


def delays(policies: Any, error: str, every: float = 0) -> list[float]:
    """Fail again and again; give the pauses."""
    tries, at, found = NEW, 0.0, []
    while (again := retry_at(policies, error, tries, at)) and len(found) < 50:
        due, tries = again
        found.append(due - at)
        at = due + every
    return found


def test_pauses_grow_until_the_attempts_are_used_up() -> None:
    """Interval times rate to the power of the attempts so far."""
    policy = {"ExceptionType": ["E"], "IntervalSeconds": 3, "BackoffRate": 2, "MaxAttempts": 3}

    assert delays([policy], "E") == [3, 6, 12]


def test_defaults_are_those_of_aws() -> None:
    """One second, doubled, five times."""
    assert delays([{"ExceptionType": "E"}], "E") == [1, 2, 4, 8, 16]


def test_a_policy_may_expire_instead() -> None:
    """No try begins later than that after the first."""
    policy = {"ExceptionType": ["E"], "IntervalSeconds": 25, "BackoffRate": 1, "ExpireAfterMin": 1}

    assert delays([policy], "E") == [25, 25]


def test_each_policy_counts_by_itself() -> None:
    """The first that names the error is used."""
    policies = [
        {"ExceptionType": ["A"], "IntervalSeconds": 1, "BackoffRate": 1, "MaxAttempts": 1},
        {"ExceptionType": ["A", "B"], "IntervalSeconds": 5, "BackoffRate": 1, "MaxAttempts": 1},
    ]
    first = retry_at(policies, "A", NEW, 0)
    assert first is not None
    second = retry_at(policies, "B", first[1], 1)

    assert first[0] == 1
    assert second is not None
    assert second[0] == 6
    assert retry_at(policies, "A", second[1], 6) is None


def test_what_no_policy_names_is_not_tried_again() -> None:
    """Neither is a step without policies."""
    assert retry_at([{"ExceptionType": ["A"]}], "B", NEW, 0) is None
    assert retry_at(None, "B", NEW, 0) is None
