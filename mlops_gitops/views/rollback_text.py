"""A rollback as text: what it would do, and what became of it."""

from collections.abc import Iterator

from mlops_gitops.config.said import printable
from mlops_gitops.pipeline.holds import minute
from mlops_gitops.pipeline.summary import summary_line
from mlops_gitops.runs.applied import Outcome
from mlops_gitops.status.rolled_back import Prospect, RolledBack

_SHORT = 12
_DONE = {
    Outcome.STARTED: "started",
    Outcome.UNDER_WAY: "is under way already",
    Outcome.UNCHANGED: "is deployed already",
}


def prospect_text(seen: Prospect) -> str:
    """Show what a rollback would do."""
    return "\n".join(map(printable, _prospect(seen)))


def rollback_text(done: RolledBack) -> str:
    """Show what became of a rollback; the next command last."""
    return "\n".join(map(printable, _done(done)))


def _prospect(seen: Prospect) -> Iterator[str]:
    way, target = seen.way, seen.way.target
    yield f"Roll back {seen.workload}"
    yield f"  from  {way.bad}"
    commit = target.commit[:_SHORT] or "unknown"
    yield f"  to    {target.digest}  of {minute(target.started_at)}, commit {commit}"
    if way.begun is not None:
        yield f"  begun by {way.begun.by or 'somebody'}; to go further back, say --to"
    for change in seen.plan.changes if seen.plan else ():
        yield f"  {summary_line(change)}"
    yield from (f"  commit {path}" for path in seen.files)
    for each in seen.in_the_way:
        yield f"  in the way: {each.digest} waits for an approval in {each.stage}"


def _done(done: RolledBack) -> Iterator[str]:
    run = f"  execution {done.execution_id}" if done.execution_id else ""
    if done.outcome in _DONE:
        yield f"> {done.workload}  {done.digest} {_DONE[done.outcome]}{run}"
    yield f"! {done.refused} is refused from now on"
    if done.commit:
        yield f"+ commit {done.commit}: {', '.join(done.files)}"
    yield from (f"  differs: {each}" for each in done.differences)
    if done.failure:
        yield f"x {done.failure.message}"
        yield f"  next: {done.failure.hint}"
    if done.commit:
        yield "  next: git push"
    yield from (f"  next: {each}" for each in done.reject)
    if done.outcome in (Outcome.STARTED, Outcome.UNDER_WAY):
        yield f"  next: mlops-gitops status {done.called} --watch"
