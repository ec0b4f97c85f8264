"""Drift as text: what was changed, where, and the commands that put it right."""

from collections.abc import Iterator
from itertools import groupby

from mlops_gitops.config.said import printable
from mlops_gitops.status.drift import Drift, DriftKind, DriftReport, NotCompared
from mlops_gitops.status.drifting.words import drift_lines

_ACCEPTABLE = frozenset({DriftKind.STACK_CHANGED, DriftKind.RESOURCE_CHANGED})


def drift_text(report: DriftReport) -> str:
    """Show what drifted, what could not be compared, and a summary."""
    lines = [line for each in _places(report) for line in each]
    lines += _not_compared(report)
    return "\n".join((*map(printable, lines), drift_summary(report)))


def drift_summary(report: DriftReport) -> str:
    """Count in one sentence; without a comparison there is nothing to be glad of."""
    if not (report.compared or report.drifts or report.not_compared):
        return "Nothing is deployed, so nothing was compared."
    compared = f"{report.compared} stacks and resources are compared"
    missing = f", {len(report.not_compared)} could not be" if report.not_compared else ""
    count = len(report.drifts)
    found = "no drift" if not count else "1 drift" if count == 1 else f"{count} drifts"
    return f"{compared}{missing}: {found}."


def _places(report: DriftReport) -> Iterator[list[str]]:
    for (workload, stage, stack), drifts in groupby(
        report.drifts, key=lambda each: (each.workload, each.stage, each.stack)
    ):
        found = list(drifts)
        lines = [f"{workload}  {stage}  {stack.account}  {stack.name}"]
        for each in found:
            lines += _drift(each)
        yield [*lines, *_next(found), ""]


def _drift(drift: Drift) -> Iterator[str]:
    mark = "!" if drift.kind is DriftKind.PIPELINE_CHANGED else "~"
    name = drift.physical_id.rsplit("/", 1)[-1] if drift.logical_id else ""
    what = f"{drift.logical_id} {name}".strip() if drift.logical_id else "stack"
    yield f"  {mark} {what}: {drift.kind.value}"
    for line in drift_lines(drift):
        yield f"      {line}"


def _next(drifts: list[Drift]) -> Iterator[str]:
    """Name the commands, each once; a pipeline or a missing thing cannot be accepted."""
    for step in dict.fromkeys(each.next_step for each in drifts):
        yield f"  next: {step}"
        if step.endswith("--revert") and all(each.kind in _ACCEPTABLE for each in drifts):
            yield f"    or: {step.removesuffix('--revert')}--accept"


def _not_compared(report: DriftReport) -> Iterator[str]:
    if report.not_compared:
        yield "Not compared:"
        yield from (f"  {_place(each)}: {each.why}" for each in report.not_compared)
        yield ""


def _place(each: NotCompared) -> str:
    resource = f", {each.logical_id} ({each.resource_type})" if each.logical_id else ""
    return f"{each.stack}{resource}"
