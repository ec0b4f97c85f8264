"""Watched: how a watcher is, told by everything that it has told so far."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from mlops_gitops.status.watch import Event, EventKind

Count = tuple[str, str]
"""Name of a count, and what is counted of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """How a watcher is.

    Attributes:
        leader: who leads instead; empty where we do, or nobody knows.
        held: why nothing more is acted on until a person says so; empty where it is.
        failing: what failed last, if nothing went well since.
        behind: commits that were fetched and are not done with.
        times: when something happened last, by its name.
        counts: how often things happened.
        drifts: by stage.
    """

    branch: str
    leading: bool = False
    leader: str = ""
    held: str = ""
    failing: str = ""
    head: str = ""
    cursor: str = ""
    behind: int = 0
    times: Mapping[str, datetime] = field(default_factory=dict)
    counts: Mapping[Count, float] = field(default_factory=dict)
    drifts: Mapping[str, int] = field(default_factory=dict)

    @property
    def why_not_ready(self) -> str:
        """Say why nothing would be carried now; empty where a commit would be, or is elsewhere."""
        if self.held:
            return self.held
        if self.failing:
            return self.failing
        if self.leading or self.leader:
            return ""
        return "It has not begun yet."


def after(watched: Watched, event: Event) -> Watched:
    """Say how a watcher is after something happened."""
    change = _CHANGES.get(event.kind)
    return change(watched, event) if change else watched


def is_news(watched: Watched, event: Event) -> bool:
    """Whether an event is worth a line: a look at the remote that found nothing new is not."""
    return event.kind is not EventKind.FETCHED or event.about["head"] != watched.head


def _leading(watched: Watched, event: Event) -> Watched:
    return replace(watched, leading=True, leader="", cursor=event.about["cursor"])


def _standby(watched: Watched, event: Event) -> Watched:
    return replace(watched, leading=False, leader=event.about["leader"])


def _lost(watched: Watched, _event: Event) -> Watched:
    return _counted(replace(watched, leading=False), "lost", "lease")


def _fetched(watched: Watched, event: Event) -> Watched:
    found = replace(watched, head=event.about["head"], behind=event.about["behind"])
    return _at(found, "fetched", event.at)


def _failed(watched: Watched, event: Event) -> Watched:
    return _counted(replace(watched, failing=event.about["message"]), "failures", "turn")


def _recovered(watched: Watched, _event: Event) -> Watched:
    return replace(watched, failing="")


def _said_held(watched: Watched, event: Event) -> Watched:
    return replace(watched, held=str(event.about["message"]))


def _released(watched: Watched, _event: Event) -> Watched:
    return replace(watched, held="")


def _swept(watched: Watched, event: Event) -> Watched:
    return _at(replace(watched, drifts=event.about["drifts"]), "swept", event.at)


def _workload(watched: Watched, event: Event) -> Watched:
    return _counted(watched, "workloads", event.about["outcome"])


def _webhook(watched: Watched, event: Event) -> Watched:
    return _counted(watched, "webhooks", event.kind.value, event.about.get("count", 1))


def _commit(watched: Watched, event: Event) -> Watched:
    """Note a commit that is done with; one that will be tried again is not."""
    about = event.about
    if "retry_in" in about:
        return _counted(watched, "failures", "commit")
    done = about.get("done", EventKind.REFUSED.value)
    found = replace(watched, cursor=about["commit"], behind=max(0, watched.behind - 1))
    found = _counted(found, "commits", done)
    found = _counted(found, "seconds", "carrying", about.get("seconds", 0.0))
    return _at(found, "carried", event.at)


def _counted(watched: Watched, name: str, of: str, by: float = 1) -> Watched:
    counts = dict(watched.counts)
    counts[name, of] = counts.get((name, of), 0) + by
    return replace(watched, counts=counts)


def _at(watched: Watched, name: str, at: datetime) -> Watched:
    return replace(watched, times={**watched.times, name: at})


_CHANGES: Mapping[EventKind, Callable[[Watched, Event], Watched]] = {
    EventKind.LEADING: _leading,
    EventKind.STANDBY: _standby,
    EventKind.LOST: _lost,
    EventKind.FETCHED: _fetched,
    EventKind.CARRIED: _commit,
    EventKind.REFUSED: _commit,
    EventKind.WORKLOAD: _workload,
    EventKind.HELD: _said_held,
    EventKind.RELEASED: _released,
    EventKind.FAILED: _failed,
    EventKind.RECOVERED: _recovered,
    EventKind.SWEPT: _swept,
    EventKind.WEBHOOK: _webhook,
    EventKind.WEBHOOK_REFUSED: _webhook,
}
