"""`mlops-gitops status`."""

from pathlib import Path

import click

from mlops_gitops.cli import options
from mlops_gitops.cli.live import watch
from mlops_gitops.cli.out import echo
from mlops_gitops.cli.world import open_world
from mlops_gitops.use_cases.find import find_workload
from mlops_gitops.use_cases.follow import all_to_follow, to_follow
from mlops_gitops.use_cases.status import survey
from mlops_gitops.views.status_text import orphans_text, status_text


@click.command("status")
@click.argument("workloads", nargs=-1)
@click.option("--watch", "watching", is_flag=True, help="Follow until nothing moves any more.")
@options.root
@options.output("text", "json")
@options.python
def command(
    workloads: tuple[str, ...], root: Path, output: str, python: str, *, watching: bool
) -> None:
    """Show what runs where, what waits, and what failed with the next command.

    WORKLOADS are model names; all of them if none is named.

    \u0008
    Example:
      mlops-gitops status
      mlops-gitops status fraud --watch
    """
    world = open_world(root, python)
    only = frozenset(find_workload(world, each) for each in workloads)
    if watching:
        named = tuple(to_follow(world, each) for each in sorted(only))
        watch(world, named or all_to_follow(world, only))
    found = survey(world, only)
    orphans = () if only else found.orphans
    if output == "json":
        from mlops_gitops.views.values_json import values_json

        echo(values_json(workloads=found.workloads, orphans=orphans))
    else:
        echo("\n\n".join(filter(None, (status_text(found.workloads), orphans_text(orphans)))))
