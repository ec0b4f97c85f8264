"""How a watcher is, in the text format that Prometheus reads.

Source: "Exposition formats", version 0.0.4, Prometheus documentation.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mlops_gitops.status.watched import Watched

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_PREFIX = "mlops_gitops_watch_"


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric as it is described; its label is empty where it has none."""

    name: str
    kind: str
    label: str
    help: str

    @property
    def full_name(self) -> str:
        """Give the name that Prometheus knows it by."""
        return f"{_PREFIX}{self.name}"


LEADING = Metric("leading", "gauge", "", "1 if this watcher holds the lease.")
READY = Metric("ready", "gauge", "", "1 if a new commit would be carried, here or by the leader.")
HELD = Metric("held", "gauge", "", "1 if a person has to say how to go on.")
FAILING = Metric("failing", "gauge", "", "1 if the last turn failed.")
BEHIND = Metric("behind_commits", "gauge", "", "Fetched commits that are not done with.")
DRIFTS = Metric("drifts", "gauge", "stage", "What the last sweep found to have drifted.")
_COUNTS = {
    "commits": Metric("commits_total", "counter", "done", "Commits that are done with."),
    "workloads": Metric("workloads_total", "counter", "outcome", "Workloads that were acted on."),
    "failures": Metric("failures_total", "counter", "of", "Turns and commits that failed."),
    "lost": Metric("lost_total", "counter", "of", "How often another watcher took over."),
    "webhooks": Metric("webhooks_total", "counter", "event", "Webhooks, accepted and refused."),
    "seconds": Metric("seconds_total", "counter", "of", "Seconds that were spent."),
}
_TIMES = {
    "fetched": Metric("fetched_timestamp_seconds", "gauge", "", "When git was last fetched."),
    "carried": Metric("carried_timestamp_seconds", "gauge", "", "When the last commit was done."),
    "swept": Metric("swept_timestamp_seconds", "gauge", "", "When drift was last looked for."),
}
METRICS = (LEADING, READY, HELD, FAILING, BEHIND, DRIFTS, *_COUNTS.values(), *_TIMES.values())


def watch_metrics(watched: Watched) -> str:
    """Write all metrics; what has not happened yet is left out, or nought."""
    gauges: dict[Metric, Mapping[str, float]] = {
        LEADING: {"": int(watched.leading)},
        READY: {"": int(not watched.why_not_ready)},
        HELD: {"": int(bool(watched.held))},
        FAILING: {"": int(bool(watched.failing))},
        BEHIND: {"": watched.behind},
        DRIFTS: watched.drifts,
    }
    counts = {
        metric: {of: value for (name, of), value in watched.counts.items() if name == counted}
        for counted, metric in _COUNTS.items()
    }
    times = {
        metric: {"": watched.times[name].timestamp()}
        for name, metric in _TIMES.items()
        if name in watched.times
    }
    return "".join(
        f"{line}\n"
        for metric, values in {**gauges, **counts, **times}.items()
        for line in _lines(metric, values)
    )


def _lines(metric: Metric, values: Mapping[str, float]) -> Iterator[str]:
    yield f"# HELP {metric.full_name} {metric.help}"
    yield f"# TYPE {metric.full_name} {metric.kind}"
    for of, value in values.items():
        label = f'{{{metric.label}="{_escaped(of)}"}}' if metric.label else ""
        yield f"{metric.full_name}{label} {value}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
