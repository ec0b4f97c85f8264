"""`mlops-gitops retire`."""

from pathlib import Path

import click

from mlops_gitops import app
from mlops_gitops.cli import options
from mlops_gitops.cli.out import echo
from mlops_gitops.cli.world import open_world
from mlops_gitops.config.declared import Config
from mlops_gitops.config.said import printable
from mlops_gitops.errors import Blocked
from mlops_gitops.package.retirement import LINE, Retirement
from mlops_gitops.pipeline.endpoints import FLAG
from mlops_gitops.runs.applied import Applied
from mlops_gitops.use_cases.retire import Endpoints, refuse_retirement, retire
from mlops_gitops.use_cases.retirement import find_retirement, refuse_unmatched
from mlops_gitops.use_cases.world import World


@click.command("retire")
@click.argument("workload")
@click.option(
    "--write",
    is_flag=True,
    help=f"Write {LINE} into the config that declares it; commit and apply that yourself.",
)
@click.option(FLAG, "gives_up", is_flag=True, help="Let endpoints of production go, too.")
@options.yes
@options.output("text", "json")
@options.root
def command(
    root: Path, *, workload: str, output: str, write: bool, gives_up: bool, yes: bool
) -> None:
    """Delete what is deployed of a workload that no config declares any more.

    WORKLOAD is a model's name. What would be deleted is listed by stage and resource, with lost
    data marked, and asked for. Then an empty bundle goes the way of any other: gates apply, and
    nothing is deleted behind one before it was approved. `gc` deletes the empty stacks.

    A workload that a config declares is retired there, with exit code 4 here: write the line that
    is told, or let --write do it, and commit it. Nothing is retired while the repository does not
    validate: a config that cannot be read is not gone.

    \u0008
    Example:
      mlops-gitops retire fraud
      mlops-gitops retire fraud --delete-endpoint --yes
      mlops-gitops retire churn --write
    """
    world = open_world(root)
    found = find_retirement(world, workload)
    if isinstance(found, Config):
        _declared(found, root, output, write=write)
        return
    refuse_unmatched(world, app.files(root), found)
    endpoints = Endpoints.GIVEN_UP if gives_up else Endpoints.KEPT
    if output == "text":
        from mlops_gitops.views.retire_text import retire_text

        echo(retire_text(found))
    _show(_carry(world, found, endpoints, yes=yes), found, output)


def _carry(world: World, found: Retirement, endpoints: Endpoints, *, yes: bool) -> Applied:
    if not found.plan.is_empty:
        refuse_retirement(world, found, endpoints)
        if not yes:
            options.ask("Delete this, behind the gates of each stage?")
    return retire(world, found, endpoints)


def _declared(config: Config, root: Path, output: str, *, write: bool) -> None:
    """Say what to write where, or write it.

    Raises:
        Blocked: it was not to be written.
    """
    path, name = config.document.path, str(config.workload)
    if config.is_retired:
        hint = "`mlops-gitops apply` carries it out, and `mlops-gitops gc` deletes what is empty."
        raise Blocked(f"{path} retires {name} already.", hint=hint)
    if not write:
        hint = (
            f"Write {LINE} into {path} (--write does it), commit it, and run `mlops-gitops apply`."
        )
        raise Blocked(f"{path} declares {name}.", hint=hint)
    from mlops_gitops.config.edit import with_value

    app.write_file(root, path, with_value(config.document.text, ("state",), "retired").encode())
    if output == "json":
        from mlops_gitops.views.retire_json import written_json

        echo(written_json(name, path))
    else:
        echo(printable(f"Wrote {LINE} into {path}. Commit it, then run `mlops-gitops apply`."))


def _show(applied: Applied, found: Retirement, output: str) -> None:
    if output == "json":
        from mlops_gitops.views.retire_json import retire_json

        echo(retire_json(found, applied))
    elif applied.execution_id:
        from mlops_gitops.views.applied_text import applied_text

        echo(applied_text((applied,)))
