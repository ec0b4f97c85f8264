"""What `mlops-gitops drift` does about drift: put it back, or write it into the configs."""

from mlops_gitops.cli import options
from mlops_gitops.cli.out import echo
from mlops_gitops.errors import Blocked, Incomplete
from mlops_gitops.runs.applied import Outcome, exit_code
from mlops_gitops.status.drift import DriftReport
from mlops_gitops.use_cases.accept import accept, write
from mlops_gitops.use_cases.revert import revert
from mlops_gitops.use_cases.world import World
from mlops_gitops.views.accepted_text import accepted_text
from mlops_gitops.views.applied_text import applied_text


def put_back(world: World, found: DriftReport, *, yes: bool) -> int:
    """Ask, and bring back what was found; give the exit code."""
    if found.drifts:
        if not yes:
            options.ask("Put this back, through the gates of each stage?")
        applied = revert(world, found.drifts, _report)
        echo(applied_text(applied))
        waiting = [each.workload for each in applied if each.outcome is Outcome.PREPARED]
        for name in waiting:
            echo(f"next: mlops-gitops approve {name}")
        if code := exit_code(applied):
            return code
    return Incomplete.exit_code if found.not_compared else 0


def write_down(world: World, found: DriftReport) -> int:
    """Commit what the configs have to say to a branch of its own; give the exit code."""
    if found.drifts:
        accepted = accept(world, found.drifts)
        commit = write(world, accepted) if accepted.files else ""
        echo(accepted_text(accepted, commit))
        if accepted.left:
            return Blocked.exit_code
    return Incomplete.exit_code if found.not_compared else 0


def _report(workload: str, doing: str) -> None:
    echo(f"{workload}: {doing}", err=True)
