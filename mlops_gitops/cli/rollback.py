"""`mlops-gitops rollback`."""

from pathlib import Path

import click

from mlops_gitops.cli import options
from mlops_gitops.cli.out import echo
from mlops_gitops.cli.world import open_world
from mlops_gitops.pipeline.holds import read_reason
from mlops_gitops.status.rolled_back import First, RolledBack
from mlops_gitops.use_cases.rollback import foresee, roll_back


@click.command("rollback")
@click.argument("workload")
@click.option(
    "--to", default="", metavar="DIGEST", help="Go back to this one; by default the one before."
)
@click.option(
    "--now",
    is_flag=True,
    help="Start the bundle that was kept at once, then commit. Gates wait as ever.",
)
@click.option("--reason", default="", metavar="TEXT", help="Why, for whoever finds it refused.")
@options.yes
@options.root
@options.output("text", "json")
@options.python
def command(  # noqa: PLR0913 -- one for each word of the command line
    workload: str,
    to: str,
    reason: str,
    root: Path,
    output: str,
    python: str,
    *,
    now: bool,
    yes: bool,
) -> int:
    """Have a workload be again what it was before, in git and in every stage.

    It commits the workload's files as they were when the wanted digest was deployed, and carries
    that through the delivery pipeline; every gate waits for an approval, as ever. With --now the
    bundle that was kept is started first. Push the commit afterwards.

    What is rolled back from is refused from then on, by whoever applies or approves it, until the
    config changes or `mlops-gitops resume` lifts it. Repeating the command goes no further back;
    --to does.

    \u0008
    Example:
      mlops-gitops rollback fraud --reason "wrong scores"
      mlops-gitops rollback fraud --now --yes --reason "wrong scores"
      mlops-gitops rollback fraud --to mg1-7f3a9c21e5b0
    """
    from mlops_gitops.views.rollback_text import prospect_text

    why = read_reason(reason) if reason else ""
    world = open_world(root, python)
    seen = foresee(world, workload, to, First.BUNDLE if now else First.GIT)
    echo(prospect_text(seen), err=True)
    if not yes:
        options.ask("Roll back?")
    done = roll_back(world, seen, why, _report)
    _show(done, output)
    return done.failure.exit_code if done.failure else 0


def _show(done: RolledBack, output: str) -> None:
    if output == "json":
        from mlops_gitops.views.rollback_json import rollback_json

        echo(rollback_json(done))
        return
    from mlops_gitops.views.rollback_text import rollback_text

    echo(rollback_text(done))


def _report(workload: str, doing: str) -> None:
    echo(f"{workload}: {doing}", err=True)
