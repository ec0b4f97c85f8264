"""`mlops-gitops gc`."""

from pathlib import Path

import click

from mlops_gitops.cli import options
from mlops_gitops.cli.out import echo
from mlops_gitops.cli.world import open_world
from mlops_gitops.use_cases.gc import collect, leftovers


@click.command("gc")
@options.yes
@options.root
def command(root: Path, *, yes: bool) -> None:
    """Delete the change sets that plans left behind which were killed.

    Only those called mg-plan-... that are older than an hour; no stack is touched.

    \u0008
    Example:
      mlops-gitops gc
      mlops-gitops gc --yes
    """
    world = open_world(root)
    found = leftovers(world)
    for one in found:
        echo(f"- {one.name} of {one.stack}, made {one.created_at:%Y-%m-%d %H:%M} UTC")
    if not found:
        echo("Nothing is left behind.")
        return
    if not yes:
        options.ask(f"Delete {len(found)}?")
    collect(world, found)
    echo(f"Deleted {len(found)}.")
