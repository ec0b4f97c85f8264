"""`mlops-gitops reject`."""

from pathlib import Path

import click

from mlops_gitops.cli import options
from mlops_gitops.cli.out import echo
from mlops_gitops.cli.world import open_world
from mlops_gitops.use_cases.approve import reject
from mlops_gitops.use_cases.find import find_workload


@click.command("reject")
@click.argument("workload")
@options.stage
@click.option("--reason", required=True, help="Why; the history keeps it.")
@options.root
def command(workload: str, stage: str | None, reason: str, root: Path) -> None:
    """Refuse a stage, with a reason. Nothing is deployed, the execution ends there.

    \u0008
    Example:
      mlops-gitops reject fraud --stage staging --reason "latency doubled in the load test"
    """
    world = open_world(root)
    approval = reject(world, find_workload(world, workload), stage, reason)
    echo(f"Rejected {approval.digest} for {approval.stage}.")
