"""`mlops-gitops history`."""

from pathlib import Path

import click

from mlops_gitops.cli import options
from mlops_gitops.cli.out import echo
from mlops_gitops.cli.world import open_world
from mlops_gitops.use_cases.find import find_workload
from mlops_gitops.use_cases.history import history


@click.command("history")
@click.argument("workload")
@click.option(
    "--limit", type=click.IntRange(1, 100), default=10, show_default=True, help="How many."
)
@options.root
@options.output("text", "json")
def command(workload: str, limit: int, root: Path, output: str) -> None:
    """Show what was deployed, when, from which commit, and who approved which digest.

    \u0008
    Example:
      mlops-gitops history fraud --limit 3
    """
    world = open_world(root)
    deployments = history(world, find_workload(world, workload), limit)
    if output == "json":
        from mlops_gitops.views.values_json import values_json

        echo(values_json(workload=workload, deployments=deployments))
        return
    from mlops_gitops.views.history_text import history_text

    echo(history_text(workload, deployments))
