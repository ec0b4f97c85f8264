"""What a watcher tells: lines for people and programs, and metrics that Prometheus can read."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mlops_gitops.status.watch import Event, EventKind
from mlops_gitops.status.watched import Watched, after, is_news
from mlops_gitops.views.watch_line import watch_line
from mlops_gitops.views.watch_metrics import METRICS, watch_metrics

AT = datetime(2026, 1, 1, 12, tzinfo=UTC)
DOCUMENT = Path(__file__).parents[3] / "docs" / "watch.md"
SAMPLE = re.compile(r'[a-z_]+(\{[a-z]+="(?:[^"\\\n]|\\.)*"\})? -?[0-9.e+]+')
"""A line of "Exposition formats": a name, at most one label, a number."""


def told(*events: tuple[EventKind, dict[str, Any]]) -> Watched:
    """Say how a watcher is after it told this."""
    watched = Watched(branch="main")
    for kind, about in events:
        watched = after(watched, Event(kind=kind, at=AT, about=about))
    return watched


LED = (EventKind.LEADING, {"cursor": "a"})
DAY = (
    LED,
    (EventKind.FETCHED, {"head": "c", "behind": 2}),
    (EventKind.WORKLOAD, {"commit": "b", "outcome": "started"}),
    (EventKind.CARRIED, {"commit": "b", "done": "carried", "seconds": 1.5}),
    (EventKind.REFUSED, {"commit": "c", "message": "no"}),
    (EventKind.CARRIED, {"commit": "d", "done": "partly", "retry_in": 5.0}),
    (EventKind.SWEPT, {"drifts": {'a"\\\n': 2}}),
    (EventKind.WEBHOOK_REFUSED, {"why": "not signed", "count": 3}),
)


def test_metrics_count_what_was_told() -> None:
    """Each event moves what it is about, and a commit that is tried again counts once."""
    text = watch_metrics(told(*DAY))

    for line in (
        "mlops_gitops_watch_leading 1",
        "mlops_gitops_watch_ready 1",
        "mlops_gitops_watch_behind_commits 0",
        'mlops_gitops_watch_commits_total{done="carried"} 1',
        'mlops_gitops_watch_commits_total{done="refused"} 1',
        'mlops_gitops_watch_workloads_total{outcome="started"} 1',
        'mlops_gitops_watch_failures_total{of="commit"} 1',
        'mlops_gitops_watch_webhooks_total{event="webhook refused"} 3',
        'mlops_gitops_watch_drifts{stage="a\\"\\\\\\n"} 2',
        f"mlops_gitops_watch_carried_timestamp_seconds {AT.timestamp()}",
    ):
        assert f"\n{line}\n" in f"\n{text}"


def test_metrics_are_what_prometheus_reads() -> None:
    """Help and type stand before each metric, every other line is a sample, the last one ends."""
    text = watch_metrics(told(*DAY))
    lines = text.split("\n")

    assert lines.pop() == ""
    samples = [line for line in lines if not line.startswith("#")]
    assert samples
    assert not [line for line in samples if not SAMPLE.fullmatch(line)]
    described = re.findall(r"^# HELP (\w+) .+\n# TYPE (\w+) (?:gauge|counter)$", text, re.MULTILINE)
    assert all(name == again for name, again in described)
    assert {line.partition("{")[0].partition(" ")[0] for line in samples} <= dict(described).keys()


@pytest.mark.parametrize(
    ("events", "why"),
    [
        ((), "It has not begun yet."),
        ((LED,), ""),
        (((EventKind.STANDBY, {"leader": "other"}),), ""),
        ((LED, (EventKind.HELD, {"message": "rewritten"})), "rewritten"),
        ((LED, (EventKind.HELD, {"message": "x"}), (EventKind.RELEASED, {})), ""),
        ((LED, (EventKind.FAILED, {"message": "AWS said no"})), "AWS said no"),
        ((LED, (EventKind.FAILED, {"message": "x"}), (EventKind.RECOVERED, {})), ""),
        ((LED, (EventKind.LOST, {})), "It has not begun yet."),
    ],
)
def test_it_is_ready_if_a_commit_would_be_carried(
    events: tuple[tuple[EventKind, dict[str, Any]], ...], why: str
) -> None:
    """Here or by whoever leads; else it is said why not."""
    assert told(*events).why_not_ready == why


def test_an_event_is_one_line() -> None:
    """Whatever it holds: line breaks are escaped, times and kinds are written out."""
    event = Event(
        kind=EventKind.REFUSED, at=AT, about={"message": "a\nb", "at": AT, "x": (1, None)}
    )
    line = watch_line(event)

    assert "\n" not in line
    said = json.loads(line)
    assert said["time"] == "2026-01-01T12:00:00.000+00:00"
    assert (said["level"], said["event"], said["message"]) == ("error", "refused", "a\nb")


def test_looks_that_found_nothing_new_are_no_news() -> None:
    """A branch at rest fills no log."""
    watched = told(*DAY)
    same = Event(kind=EventKind.FETCHED, at=AT, about={"head": "c", "behind": 0})
    new = Event(kind=EventKind.FETCHED, at=AT, about={"head": "d", "behind": 1})

    assert not is_news(watched, same)
    assert is_news(watched, new)


def test_the_page_tells_every_metric_and_every_event() -> None:
    """With the words of the metrics themselves, and with nothing that is not there."""
    page = DOCUMENT.read_text("utf-8")
    rows = re.findall(
        r"^\| `(mlops_gitops_watch_\w+)(?:\{(\w+)\})?` \| (\w+) \| (.+) \|$", page, re.MULTILINE
    )
    events = re.findall(r"^\| event \| \|\n\|---\|---\|\n((?:\|.*\n)+)", page, re.MULTILINE)

    assert {(each.full_name, each.label, each.kind, each.help) for each in METRICS} == set(rows)
    named = {
        name
        for row in events[0].splitlines()
        for name in re.findall("`([a-z ]+)`", row.split("|")[1])
    }
    assert named == {each.value for each in EventKind}
