"""`mlops-gitops history`."""

from pathlib import Path

import click

from mlops_gitops.cli import options
from mlops_gitops.cli.out import echo
from mlops_gitops.cli.world import open_world
from mlops_gitops.use_cases.find import find_workload
from mlops_gitops.use_cases.history import history, stored_plans


@click.command("history")
@click.argument("workload")
@click.argument("execution", default="")
@click.option(
    "--limit", type=click.IntRange(1, 100), default=10, show_default=True, help="How many."
)
@click.option("--details", is_flag=True, help="Show what was planned before each, too.")
@options.root
@options.output("text", "json")
def command(
    *, workload: str, execution: str, limit: int, details: bool, root: Path, output: str
) -> None:
    """Show what was deployed, when, from which commit, and who approved which digest.

    With EXECUTION, or what its id begins with, show that one and the plan it was started with.

    \u0008
    Examples:
      mlops-gitops history fraud --limit 3
      mlops-gitops history fraud 6c0ab1f2
    """
    world = open_world(root)
    name = find_workload(world, workload)
    deployments = history(world, name, limit, execution)
    from mlops_gitops.views.stored_plan import read_stored

    asked = deployments if details or execution else ()
    plans = read_stored(stored_plans(world, name, asked))
    if output == "json":
        from mlops_gitops.views.history_json import history_json

        echo(history_json(workload, deployments, plans))
        return
    from mlops_gitops.views.history_text import history_text

    echo(history_text(workload, deployments, plans))
