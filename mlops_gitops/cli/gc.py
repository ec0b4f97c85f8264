"""`mlops-gitops gc`."""

from pathlib import Path

import click

from mlops_gitops.cli import options
from mlops_gitops.cli.out import echo
from mlops_gitops.cli.world import open_world
from mlops_gitops.use_cases.gc import collect, leftovers
from mlops_gitops.use_cases.leftover import Leftover


@click.command("gc")
@options.yes
@options.root
def command(root: Path, *, yes: bool) -> None:
    """Delete what nobody needs any more, after listing it.

    That is what killed commands left: change sets of plans, reverts and adoptions, and of
    executions that are over, and stacks that hold nothing but such a change set, all older than
    an hour. And what is left of retired workloads: stacks that a tombstone has emptied in every
    stage, and the delivery pipeline that brought it. Nothing that serves is touched.

    \u0008
    Example:
      mlops-gitops gc
      mlops-gitops gc --yes
    """
    world = open_world(root)
    found = leftovers(world)
    for one in found:
        echo(_line(one))
    if not found:
        echo("Nothing is left behind.")
        return
    if not yes:
        options.ask(f"Delete {len(found)}?")
    deleted = collect(world, found)
    echo(f"Deleted {len(deleted)}.")
    for one in found:
        if one not in deleted:
            echo(f"Left, as somebody needs it by now: {one.stack}.", err=True)


def _line(one: Leftover) -> str:
    what = f"{one.name} of {one.stack}" if one.name else f"{one.kind.value}: {one.stack}"
    made = f", made {one.created_at:%Y-%m-%d %H:%M} UTC" if one.created_at else ""
    return f"- {what}{made}"
