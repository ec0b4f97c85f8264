"""Starts: repeating a call starts nothing twice, retrying after an end starts one."""

import re
from datetime import UTC, datetime

import botocore.session
from hypothesis import given
from hypothesis import strategies as st

from mlops_gitops.errors import Blocked, Incomplete
from mlops_gitops.runs.applied import Applied, Outcome, exit_code
from mlops_gitops.runs.execution import ActionStatus, Execution, ExecutionStatus
from mlops_gitops.runs.start import last_to_arrive, running, start_token

AT = datetime(2026, 1, 1, tzinfo=UTC)
ENDED = [status for status in ExecutionStatus if status.is_over]
ACTIVE = [status for status in ExecutionStatus if not status.is_over]


def executions_of(*statuses: st.SearchStrategy[ExecutionStatus]) -> st.SearchStrategy[Execution]:
    """Executions in one of these statuses."""
    return st.builds(
        Execution,
        id=st.uuids().map(str),
        status=st.one_of(*statuses),
        bundle_version=st.sampled_from(("", "v1", "v2")),
        trigger=st.just("StartPipelineExecution"),
        started_at=st.just(AT),
    )


active = executions_of(st.sampled_from(ACTIVE))
ended = executions_of(st.sampled_from(ENDED))
histories = st.lists(active | ended, max_size=5, unique_by=lambda each: each.id)


@given(histories, st.lists(active, max_size=3))
def test_the_token_stays_until_something_ends(
    history: list[Execution], newer: list[Execution]
) -> None:
    """Whoever repeats the call while executions run makes the same token."""
    assert start_token([*newer, *history], "v1") == start_token(history, "v1")


@given(histories, ended)
def test_an_end_makes_a_new_token(history: list[Execution], over: Execution) -> None:
    """After a failure, a rejection or a stop, trying again is a new start, and no other is."""
    is_tried_again = over.bundle_version in {"", "v1"}
    same = start_token([over, *history], "v1") == start_token(history, "v1")
    assert same != is_tried_again


@given(histories)
def test_another_version_has_another_token(history: list[Execution]) -> None:
    """And every token is one that CodePipeline takes."""
    assert start_token(history, "v1") != start_token(history, "v2")
    assert re.fullmatch(r"[a-zA-Z0-9-]{1,128}", start_token(history, "v1"))


@given(histories)
def test_what_runs_is_found_by_its_version(history: list[Execution]) -> None:
    """Only executions that are not over, and only of this version."""
    found = running(history, "v1")

    expected = [e for e in history if e.status in ACTIVE and e.bundle_version == "v1"]
    assert found == (expected[0] if expected else None)


@given(histories)
def test_the_last_to_arrive_is_the_newest_under_way(history: list[Execution]) -> None:
    """Whatever has ended since, and whatever version it carries."""
    under_way = [each for each in history if each.status in ACTIVE]

    assert last_to_arrive(history) == (under_way[0] if under_way else None)


def test_statuses_are_codepipelines_own() -> None:
    """Every value that botocore knows, and no other."""
    model = botocore.session.get_session().get_service_model("codepipeline")

    for enum, shape in (
        (ExecutionStatus, "PipelineExecutionStatus"),
        (ActionStatus, "ActionExecutionStatus"),
    ):
        assert {each.value for each in enum} == set(model.shape_for(shape).enum)


def test_the_first_failure_decides_the_exit_code() -> None:
    """No failure is success."""

    def applied(failure: Blocked | Incomplete | None) -> Applied:
        outcome = Outcome.FAILED if failure else Outcome.STARTED
        return Applied(workload="w", outcome=outcome, digest="", failure=failure)

    fine, blocked = applied(None), applied(Blocked("x", hint="y"))

    assert exit_code(()) == exit_code((fine, fine)) == 0
    assert exit_code((fine, blocked, applied(Incomplete("x", hint="y")))) == 4
