"""`mlops-gitops why`."""

from pathlib import Path

import click

from mlops_gitops.cli import options
from mlops_gitops.cli.out import echo
from mlops_gitops.cli.world import open_world
from mlops_gitops.use_cases.find import find_workload
from mlops_gitops.use_cases.why import why
from mlops_gitops.views.why_text import why_text


@click.command("why")
@click.argument("workload")
@options.output("text", "json")
@options.python
@options.root
def command(root: Path, *, workload: str, python: str, output: str) -> None:
    """Say why a workload is not as it should be, and the exact next command.

    Stage by stage: the first resource that failed, the service's own reason, the last lines of
    the log, and what runs and costs meanwhile. Nothing is changed.

    \u0008
    Example:
      mlops-gitops why fraud
    """
    world = open_world(root, python)
    found = why(world, find_workload(world, workload))
    if output == "json":
        from mlops_gitops.views.values_json import values_json

        echo(values_json(diagnosis=found))
    else:
        echo(why_text(found))
