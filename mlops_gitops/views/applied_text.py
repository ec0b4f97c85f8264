"""What `apply` did, as text: one line a workload."""

from collections.abc import Iterator, Sequence

from mlops_gitops.config.said import printable
from mlops_gitops.runs.applied import Applied, Outcome

_SIGNS = {
    Outcome.STARTED: ">",
    Outcome.UNDER_WAY: ">",
    Outcome.PREPARED: "!",
    Outcome.PUT_BACK: "=",
    Outcome.UNCHANGED: "=",
    Outcome.LEFT: "=",
    Outcome.SUSPENDED: "!",
    Outcome.FAILED: "x",
}


_CARRIED = (Outcome.STARTED, Outcome.UNDER_WAY, Outcome.PREPARED)


def applied_text(applied: Sequence[Applied]) -> str:
    """Show what became of every workload."""
    if not applied:
        return "No workloads are declared."
    return "\n".join(line for each in applied for line in _lines(each))


def _lines(each: Applied) -> Iterator[str]:
    run = f"  execution {each.execution_id}" if each.execution_id else ""
    yield printable(f"{_SIGNS[each.outcome]} {each.workload}  {each.outcome.value}{run}")
    if each.outcome in _CARRIED:
        yield f"    digest {each.digest}"
    if each.failure:
        yield printable(f"    {each.failure.message}")
        yield printable(f"    next: {each.failure.hint}")
    if each.held:
        yield printable(f"    {each.held.why}")
        yield printable(f"    next: {each.held.hint}")
