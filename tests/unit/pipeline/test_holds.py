"""Holds: what stands in a key and in an object, and when they hold."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_gitops.errors import UsageError
from mlops_gitops.pipeline.holds import (
    FOLDER,
    Hold,
    Refused,
    Suspension,
    concerns,
    held_at,
    read_hold,
    read_reason,
    read_until,
    written,
)

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
TIMES = st.none() | st.datetimes(timezones=st.just(UTC))
NAMES = st.from_regex(r"[a-z][a-z0-9-]{0,20}", fullmatch=True)
TEXTS = st.text("abc xyzäß,.'\"", max_size=20)
REFUSED = st.builds(
    Refused, workload=NAMES, digest=NAMES, to=NAMES, reason=TEXTS, by=TEXTS, since=TIMES
)
SUSPENDED = st.builds(
    Suspension, workload=NAMES, reason=TEXTS, by=TEXTS, since=TIMES, until=TIMES
) | st.builds(Suspension, stage=NAMES, reason=TEXTS, by=TEXTS, since=TIMES, until=TIMES)


@given(REFUSED | SUSPENDED)
def test_a_hold_is_read_as_it_was_written(hold: Hold) -> None:
    """Key and content together hold all of it."""
    assert read_hold(hold.key, written(hold)) == hold


@given(REFUSED | SUSPENDED, st.binary(max_size=40))
def test_a_hold_holds_whatever_stands_in_it(hold: Hold, content: bytes) -> None:
    """Its key says what; nonsense in the object ends nothing."""
    read = read_hold(hold.key, content)

    assert read is not None
    assert read.key == hold.key


def test_a_suspension_ends_by_itself() -> None:
    """At its end, to the second; without one it does not end."""
    for until, holds in ((None, True), (NOW, False), (NOW + timedelta(seconds=1), True)):
        found = held_at(NOW, (Suspension(workload="churn", until=until),))
        assert (found.of_workload("churn") is not None) == holds


def test_what_is_no_hold_is_left_out() -> None:
    """Somebody's note beside them is nothing."""
    assert read_hold(f"{FOLDER}note.txt", b"{}") is None


@pytest.mark.parametrize(
    ("hold", "is_ours"),
    [
        (Refused(workload="churn", digest="mg1-1"), True),
        (Refused(workload="churn-2", digest="mg1-1"), False),
        (Suspension(workload="churn"), True),
        (Suspension(workload="churn-2"), False),
        (Suspension(stage="prod"), True),
    ],
)
def test_a_workload_is_concerned_by_its_own_holds(hold: Hold, is_ours: bool) -> None:  # noqa: FBT001 - a column of the table
    """And by those of stages; a name that begins alike is another's."""
    assert concerns(hold.key, "churn") == is_ours


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("90m", NOW + timedelta(minutes=90)),
        ("2h", NOW + timedelta(hours=2)),
        (" 3d ", NOW + timedelta(days=3)),
        ("2026-12-01T10:00Z", datetime(2026, 12, 1, 10, tzinfo=UTC)),
        ("2026-12-01T10:00+01:00", datetime(2026, 12, 1, 9, tzinfo=UTC)),
    ],
)
def test_an_end_is_a_span_or_a_time(text: str, end: datetime) -> None:
    """The same moment, however it is written."""
    assert read_until(text, NOW) == end


@pytest.mark.parametrize("text", ["", "soon", "2", "2 w", "2026-12-01T10:00", "2020-01-01T00:00Z"])
def test_what_is_no_end_is_refused(text: str) -> None:
    """With how to write one."""
    with pytest.raises(UsageError) as refused:
        read_until(text, NOW)
    assert "2h" in refused.value.hint


def test_a_reason_says_something() -> None:
    """One line, and not an essay."""
    assert read_reason(" load\n test ") == "load test"
    for text in ("", "  ", "x" * 501):
        with pytest.raises(UsageError):
            read_reason(text)
