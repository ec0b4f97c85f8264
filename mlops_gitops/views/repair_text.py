"""Repair as text: what is wrong, what would be done, what it is about, what comes next."""

from collections.abc import Iterator, Sequence
from typing import assert_never

from mlops_gitops.config.said import printable
from mlops_gitops.status.remedy import Remedy, Step
from mlops_gitops.status.repaired import Examined, Mended


def examined_text(examined: Examined) -> str:
    """Show what would be done about a workload."""
    if examined.is_well:
        return f"{examined.name}: nothing to mend."
    lines = [line for each in examined.remedies for line in _remedy(each)]
    if (retry := examined.retry) is not None:
        lines.append(f"{retry.pipeline}   execution {retry.execution_id}")
        lines.append(f"  {retry.why}")
        if retry.acts:
            lines.append(f"  -> try {retry.stage} again: a new change set, and a new approval")
        lines.append(f"  next: {retry.next_step}")
    return "\n".join(printable(line) for line in lines)


def mended_text(mended: Sequence[Mended]) -> str:
    """Show what came of it."""
    lines = []
    for each in mended:
        lines.append(f"{each.what}: {each.done}: {each.status}")
        if each.failure:
            lines.append(f"  failed: {each.failure}")
        lines.append(f"  next: {each.next_step}")
    return "\n".join(printable(line) for line in lines)


def _remedy(remedy: Remedy) -> Iterator[str]:
    if remedy.step is Step.NOTHING:
        return
    yield f"{remedy.stack}   {remedy.status.value}"
    yield f"  {remedy.why}"
    if remedy.acts:
        yield f"  -> {remedy.step.value}"
    for each in remedy.resources:
        yield f"     {_about(remedy.step)}: {each}"
    if remedy.step is Step.CONTINUE_ROLLBACK and remedy.skip:
        yield f"     skipped, left as it is: {', '.join(remedy.skip)}"
    yield f"  next: {remedy.next_step}"


def _about(step: Step) -> str:
    """Say what becomes of the resources that are told."""
    match step:
        case Step.UNDO | Step.DELETE:
            return "deleted, with what is in it"
        case Step.DELETE_RETAINING:
            return "stays behind"
        case Step.CONTINUE_ROLLBACK:
            return "could not be rolled back"
        case Step.LEAVE | Step.REMOVE | Step.ROLL_BACK | Step.NOTHING:
            return "is there"
        case _:
            assert_never(step)
