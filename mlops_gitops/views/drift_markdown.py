"""Drift as Markdown: for a comment, or the summary of a step in CI."""

from collections.abc import Iterator

from mlops_gitops.status.drift import DriftReport
from mlops_gitops.status.drifting.words import drift_lines
from mlops_gitops.views.drift_text import drift_summary
from mlops_gitops.views.markdown import code, table

_HEAD = ("workload", "stage", "what", "happened", "value", "last deployed", "now", "git")
_MISSED = ("not compared", "resource", "why")


def drift_markdown(report: DriftReport) -> str:
    """Write a heading, a row for each value, and one for each thing that was not compared."""
    parts = [f"### Drift: {drift_summary(report)}"]
    if report.drifts:
        parts.append(table(_HEAD, _rows(report)))
    if report.not_compared:
        missed = (
            (code(str(each.stack)), code(each.logical_id or "stack"), code(each.why))
            for each in report.not_compared
        )
        parts.append(table(_MISSED, missed))
    return "\n\n".join(parts)


def _rows(report: DriftReport) -> Iterator[tuple[str, ...]]:
    for drift in report.drifts:
        for line in drift_lines(drift):
            yield (
                code(drift.workload),
                code(drift.stage),
                code(drift.logical_id or "stack"),
                drift.kind.value,
                code(line.what),
                code(line.was),
                code(line.now),
                code(line.git) if line.git else "",
            )
