"""Marks: when executions need not be read, and what a mark is called."""

from datetime import UTC, datetime

import pytest

from mlops_gitops.runs.execution import CREATED_WITH_PIPELINE, Execution, ExecutionStatus
from mlops_gitops.runs.marks import Start, are_settled, marks_in, settled_key, start_after

START = "StartPipelineExecution"
GOOD, BAD, RUNS = ExecutionStatus.SUCCEEDED, ExecutionStatus.FAILED, ExecutionStatus.IN_PROGRESS


def one(
    number: int, status: ExecutionStatus, version: str = "v1", trigger: str = START
) -> Execution:
    """Give an execution."""
    at = datetime(2026, 1, number, tzinfo=UTC)
    return Execution(
        id=f"e{number}", status=status, bundle_version=version, trigger=trigger, started_at=at
    )


@pytest.mark.parametrize(
    ("executions", "settled"),
    [
        ((), False),
        ((one(1, BAD, "", CREATED_WITH_PIPELINE),), False),
        ((one(2, GOOD), one(1, BAD)), True),
        ((one(2, BAD), one(1, GOOD)), False),
        ((one(2, RUNS), one(1, GOOD)), False),
        ((one(2, GOOD), one(1, RUNS)), False),  # a stage of it was retried
    ],
)
def test_only_what_succeeded_and_stands_still_is_settled(
    executions: tuple[Execution, ...], *, settled: bool
) -> None:
    """What failed may be tried again, by anyone; what has never run is not known."""
    assert are_settled(executions) is settled


def test_a_mark_says_all_in_its_name() -> None:
    """What is written is read back, for each workload."""
    first = start_after("wl", (), "v1")
    later = start_after("wl", (one(3, RUNS), one(2, GOOD)), "v2")

    found = marks_in([first.key, later.key, settled_key("other")])

    assert found["wl"].starts == (first, later)
    assert (found["wl"].say_enough, found["other"].say_enough) == (False, True)
    assert later == Start(workload="wl", after="e2", version="v2")


def test_a_start_has_happened_if_its_version_ran_since() -> None:
    """The same version may have run before, or another one since."""
    start = start_after("wl", (one(1, GOOD, "v1"),), "v1")

    assert not start.has_happened((one(1, GOOD, "v1"),))
    assert not start.has_happened((one(2, GOOD, "v2"), one(1, GOOD, "v1")))
    assert start.has_happened((one(2, GOOD, "v1"), one(1, GOOD, "v1")))
