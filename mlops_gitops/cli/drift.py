"""`mlops-gitops drift`."""

from pathlib import Path

import click

from mlops_gitops.cli import options
from mlops_gitops.cli.out import echo
from mlops_gitops.cli.world import open_world
from mlops_gitops.errors import Incomplete, UsageError
from mlops_gitops.status.drift import DriftReport
from mlops_gitops.use_cases.drift import drift
from mlops_gitops.use_cases.find import find_workload
from mlops_gitops.use_cases.tell_drift import tell_drift

_DRIFT = 2


@click.command("drift")
@click.argument("workloads", nargs=-1)
@options.root
@options.output("text", "json", "markdown")
@click.option(
    "--detailed-exitcode", is_flag=True, help="Exit with 2 if something drifted, 0 if not."
)
@click.option(
    "--notify",
    is_flag=True,
    help="Tell drift to everybody whom `notifications` of the settings tell; the same drift once.",
)
@click.option(
    "--revert", "reverts", is_flag=True, help="Put it back; in stages with a gate, through it."
)
@click.option(
    "--accept",
    "accepts",
    is_flag=True,
    help="Write it into the configs, in a commit on a branch of its own.",
)
@options.yes
@options.python
def command(  # noqa: PLR0913 -- one for each word of the command line
    workloads: tuple[str, ...],
    root: Path,
    output: str,
    python: str,
    *,
    detailed_exitcode: bool,
    notify: bool,
    reverts: bool,
    accepts: bool,
    yes: bool,
) -> int:
    """Show what was changed by hand: in stacks, in resources, in delivery pipelines.

    WORKLOADS are model names; all of them if none is named. What could not be compared is said,
    and ends with exit code 5.

    --revert brings back what git says. Where a stage has a gate, what would be put back waits
    there, and `approve` shows it; doing it again starts nothing twice. --accept writes what is
    there into the configs instead, formatting kept, on a new branch; what no config can say, such
    as a secret, is told, with exit code 4.

    \u0008
    Example:
      mlops-gitops drift
      mlops-gitops drift fraud --detailed-exitcode
      mlops-gitops drift fraud --revert
      mlops-gitops drift fraud --accept
    """
    if reverts and accepts:
        hint = "Choose one: --revert changes AWS, --accept changes git."
        raise UsageError("--revert and --accept are opposites.", hint=hint)
    if (reverts or accepts) and output != "text":
        hint = "Leave out --output, or look first and mend then."
        raise UsageError(f"What --revert and --accept do is not told as {output}.", hint=hint)
    world = open_world(root, python)
    only = frozenset(find_workload(world, each) for each in workloads)
    report = drift(world, _report, only)
    show(report, output)
    if notify:
        tell_drift(world, report)
    if reverts or accepts:
        from mlops_gitops.cli.drift_mend import put_back, write_down

        return put_back(world, report, yes=yes) if reverts else write_down(world, report)
    return exit_code(report, _DRIFT if detailed_exitcode else 0)


def show(report: DriftReport, output: str) -> None:
    """Write what was found in the format that was asked for."""
    if output == "json":
        from mlops_gitops.views.drift_json import drift_json

        echo(drift_json(report))
    elif output == "markdown":
        from mlops_gitops.views.drift_markdown import drift_markdown

        echo(drift_markdown(report))
    else:
        from mlops_gitops.views.drift_text import drift_text

        echo(drift_text(report))


def exit_code(report: DriftReport, drifted: int) -> int:
    """Give the exit code; `drifted` is that of a drift where everything was compared."""
    if report.not_compared:
        return Incomplete.exit_code
    return drifted if report.drifts else 0


def _report(workload: str, doing: str) -> None:
    echo(f"{workload}: {doing}", err=True)
