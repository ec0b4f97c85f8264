"""Approvals: about one digest, and their texts keep within CodePipeline's limits."""

import string
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import stack_changes

from mlops_gitops.diff.plan import Action, StackChange
from mlops_gitops.pipeline.approval import (
    approval_summary,
    approved_digest,
    expiry,
    is_by_settings,
    is_same_digest,
    patience,
    rejection_summary,
    settings_summary,
)
from mlops_gitops.pipeline.summary import summary_line
from mlops_gitops.views.expiry_text import expiry_text

DIGITS = "7f3a9c21e5b0" + "0" * 52
DIGEST = f"mg1-{DIGITS}"
digests = st.text("0123456789abcdef", min_size=64, max_size=64).map("mg1-".__add__)
actors = st.from_regex(
    r"arn:aws:sts::[0-9]{12}:assumed-role/[a-z]{1,64}/[a-z]{1,64}", fullmatch=True
)


@given(digests, st.integers(0, 64), st.booleans())
def test_twelve_digits_are_needed_and_enough(found: str, length: int, with_scheme: bool) -> None:  # noqa: FBT001 - hypothesis passes it
    """With the scheme or without; fewer digits could be another digest's."""
    digits = found.removeprefix("mg1-")[:length]

    assert is_same_digest("mg1-" + digits if with_scheme else digits, found) == (length >= 12)


@given(digests, digests)
def test_another_digest_is_never_accepted(asked: str, found: str) -> None:
    """Only what begins as the one found."""
    assert is_same_digest(asked, found) == (asked == found)


@pytest.mark.parametrize(
    "asked", ["", "mg1-", "mg1-7f3a9c21e5b", "mg2-7f3a9c21e5b0", f"{DIGEST}0", "7F3A9C21E5B1"]
)
def test_what_is_no_digest_is_not_the_one(asked: str) -> None:
    """Too short, another scheme, too long, another one."""
    assert not is_same_digest(asked, DIGEST)


@given(digests, actors)
def test_the_history_reads_the_digest_back(digest: str, actor: str) -> None:
    """From an approval of ours; within 512 characters."""
    summary = approval_summary(digest, actor)

    assert approved_digest(summary) == digest
    assert len(summary) <= 512


@given(digests, actors)
def test_the_history_knows_settings_from_people(digest: str, actor: str) -> None:
    """Both carry the digest and who ran the command; one says that nobody approved."""
    summary = settings_summary(digest, actor)

    assert approved_digest(summary) == digest
    assert summary.endswith(f"actor={actor}")
    assert len(summary) <= 512
    assert is_by_settings(summary)
    assert not is_by_settings(approval_summary(digest, actor))
    assert not is_by_settings("done by=settings-of-mine")


@pytest.mark.parametrize("summary", ["", "looks good", "digest=", "the digest is mg1-1"])
def test_a_text_from_the_console_has_no_digest(summary: str) -> None:
    """It was approved without one, and the history says so."""
    assert approved_digest(summary) is None


@given(st.text(max_size=2_000), digests, actors)
def test_a_rejection_keeps_the_reason_and_the_facts(reason: str, digest: str, actor: str) -> None:
    """The reason is cut where it is too long, the facts never."""
    summary = rejection_summary(reason, digest, actor)

    assert len(summary) <= 512
    assert summary.endswith(f"digest={digest} actor={actor}")
    assert summary.startswith(reason[:200])


@given(stack_changes)
def test_a_summary_is_one_short_line_of_ascii(change: StackChange) -> None:
    """CodePipeline variables, e-mails and consoles take it as it is."""
    line = summary_line(change)

    assert 0 < len(line) <= 700
    assert set(line) <= set(string.printable) - set("\n\r\t\x0b\x0c")


@given(stack_changes)
def test_a_summary_never_hides_a_risk(change: StackChange) -> None:
    """However long the rest is, the risks stand at its end."""
    line = summary_line(change)

    for risk in change.risks:
        assert change.action is Action.KEEP or risk.kind.value in line.rsplit("[risks: ", 1)[1]


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(None, "7 days"), (1440, "1 day"), (90, "90 minutes"), (60, "1 hour"), (2160, "36 hours")],
)
def test_a_gate_says_how_long_it_waits(minutes: int | None, words: str) -> None:
    """Seven days where the settings say nothing, which is CodePipeline's own."""
    assert patience(minutes) == words


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=6), "2026-01-07 12:00 UTC"),
        (timedelta(hours=24), "2026-01-02 12:00 UTC"),
        (timedelta(hours=23, minutes=59), "2026-01-02 11:59 UTC, in 23 hours"),
        (timedelta(hours=1), "2026-01-01 13:00 UTC, in 1 hour"),
        (timedelta(minutes=59), "2026-01-01 12:59 UTC, in 59 minutes"),
        (timedelta(seconds=30), "2026-01-01 12:00 UTC, about now"),
        (timedelta(minutes=-5), "2026-01-01 11:55 UTC, about now"),
    ],
)
def test_what_expires_soon_says_how_soon(left: timedelta, words: str) -> None:
    """Under 24 hours, whatever the time-out is; before that, the day is enough."""
    now = datetime(2026, 1, 1, 12, tzinfo=UTC)
    for minutes in (None, 30, 86_400):
        waits = timedelta(minutes=minutes or 10_080)
        found = expiry(now + left - waits, minutes, now)
        assert found is not None
        assert expiry_text(found) == words
    assert expiry(None, 30, now) is None
