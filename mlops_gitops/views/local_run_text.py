"""A run on this machine, as text: what each step did, and how much of it was real."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from mlops_gitops.config.said import printable

_NEVER = "~"
"""Stands after every time: what never started is shown last."""
_SIGNS = {"Succeeded": "+", "Failed": "x", "Stopped": "!", "Executing": ">", "Stopping": ">"}


def run_text(run: Mapping[str, Any], steps: Sequence[Mapping[str, Any]], folder: str) -> str:
    """Show an execution.

    Args:
        run: what `run.json` says.
        steps: what `steps.json` says.
        folder: the run folder.
    """
    status, reason = run.get("PipelineExecutionStatus"), run.get("FailureReason")
    head = f"{run.get('PipelineName')} {run.get('PipelineExecutionId')}: {status}"
    lines = [f"{head}. {reason}" if reason else f"{head}.", ""]
    width = max((len(str(step.get("StepName"))) for step in steps), default=0)
    for step in sorted(steps, key=lambda step: str(step.get("StartTime", _NEVER))):
        lines += _step(step, width)
    lines += ["", str(run.get("IsolationMeaning", "")), f"Run folder: {folder}"]
    return "\n".join(printable(line) for line in lines)


def notice_text(step: str, status: str, text: str) -> str:
    """Show something that has just happened, in one line."""
    what = f"{step}: {status}" if step else f"Execution: {status}"
    return printable(f"{what}. {' '.join(text.split())}" if text else what)


def _step(step: Mapping[str, Any], width: int) -> list[str]:
    local = step.get("Local", {})
    status = str(step.get("StepStatus") or local.get("Status"))
    how = str(local.get("How") or status.lower())
    took = _seconds(step.get("StartTime"), step.get("EndTime"))
    name = f"{step.get('StepName'):<{width}}"
    line = f"{_SIGNS.get(status, '-')} {name}  {local.get('Type', ''):<14}  {how:<8}  {took}"
    said = step.get("FailureReason") or local.get("Why")
    return [line.rstrip(), *(f"    {each}" for each in str(said or "").splitlines())]


def _seconds(start: object, end: object) -> str:
    if not isinstance(start, str) or not isinstance(end, str):
        return ""
    took = datetime.fromisoformat(end) - datetime.fromisoformat(start)
    return f"{took.total_seconds():.1f} s"
