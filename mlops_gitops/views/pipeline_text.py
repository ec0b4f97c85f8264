"""SageMaker pipelines as text: how an execution went."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from mlops_gitops.config.said import printable
from mlops_gitops.runs.pipeline_execution import PipelineExecution, PipelineStep

_SIGNS = {"Succeeded": "+", "Failed": "x", "Stopped": "!"}


def report_text(
    execution: PipelineExecution, steps: tuple[PipelineStep, ...], definition: Mapping[str, Any]
) -> str:
    """Show an execution as a tree: steps inside of conditions stand below them."""
    head = f"Execution {execution.id}: {execution.status}"
    lines = [f"{head}. {execution.reason}" if execution.reason else f"{head}.", ""]
    by_name = {step.name: step for step in steps}
    shown = set[str]()
    for depth, name, kind in _tree(definition.get("Steps", ()), 0):
        shown.add(name)
        lines += _lines(depth, name, kind, by_name.get(name))
    for step in steps:
        if step.name not in shown:  # iterations of loops have names of their own
            lines += _lines(1, step.name, "", step)
    return "\n".join(printable(line) for line in lines)


def step_text(step: PipelineStep) -> str:
    """Say in one line what became of a step."""
    return printable(f"{step.name}: {step.status}" + (f". {step.reason}" if step.reason else ""))


def _tree(steps: Any, depth: int) -> Iterator[tuple[int, str, str]]:
    for step in steps if isinstance(steps, list) else ():
        yield depth, str(step.get("Name")), str(step.get("Type"))
        arguments = step.get("Arguments")
        for key in ("IfSteps", "ElseSteps", "Steps"):
            if isinstance(arguments, dict):
                yield from _tree(arguments.get(key), depth + 1)


def _lines(depth: int, name: str, kind: str, step: PipelineStep | None) -> Iterator[str]:
    indent = "  " * depth
    if step is None:
        yield f"{indent}- {name}  {kind}  not started"
        return
    words = [name, kind, step.status, _took(step.started_at, step.ended_at), step.job_name]
    if step.outcome:
        words.append(f"outcome {step.outcome}")
    if step.cached_from:
        words.append(f"cached, from {step.cached_from.rpartition('/')[2]}")
    if step.attempts > 1:
        words.append(f"{step.attempts} attempts")
    yield f"{indent}{_SIGNS.get(step.status, '>')} " + "  ".join(word for word in words if word)
    if step.reason:
        yield f"{indent}    {step.reason}"
    if step.description:
        yield f"{indent}    {step.description}"


def _took(start: datetime | None, end: datetime | None) -> str:
    return "" if start is None or end is None else f"{(end - start).total_seconds():.1f} s"
