"""`mlops-gitops suspend`."""

from pathlib import Path

import click

from mlops_gitops.cli import options
from mlops_gitops.cli.out import echo
from mlops_gitops.cli.world import open_world
from mlops_gitops.config.said import printable
from mlops_gitops.errors import UsageError
from mlops_gitops.pipeline.holds import Holds, read_reason, read_until
from mlops_gitops.use_cases.holds import read_holds
from mlops_gitops.use_cases.suspend import Subject, suspend
from mlops_gitops.use_cases.world import World


@click.command("suspend")
@click.argument("workload", default="")
@click.option("--stage", default="", help="Suspend this stage for all workloads instead.")
@click.option(
    "--until",
    default="",
    metavar="END",
    help="When it ends by itself: 90m, 2h, 3d, or a time such as 2026-12-01T10:00Z.",
)
@click.option("--reason", default="", metavar="TEXT", help="Why, for whoever finds it; needed.")
@options.root
@options.output("text", "json")
def command(workload: str, stage: str, until: str, reason: str, root: Path, output: str) -> None:
    """Let nothing be deployed into a workload or a stage for a while; list what is held.

    `apply` leaves a suspended workload as it is and says so, with exit code 0; `approve` refuses
    its gates, and those of a suspended stage, with exit code 4. What an execution has let in
    already is not taken back, and CodePipeline's console is not closed. `plan` and `status` tell.

    Without WORKLOAD and --stage it lists all that is held, refused digests too.

    \u0008
    Example:
      mlops-gitops suspend fraud --until 2h --reason "load test"
      mlops-gitops suspend --stage prod --until 2026-12-01T10:00Z --reason "freeze"
      mlops-gitops suspend
    """
    world = open_world(root)
    if workload or stage:
        _suspend(world, _subject(workload, stage), until, reason)
    elif until or reason:
        hint = "Name a workload, or a stage with --stage."
        raise UsageError("What is to be suspended?", hint=hint)
    _show(read_holds(world), output)


def _suspend(world: World, subject: Subject, until: str, reason: str) -> None:
    end = read_until(until, world.clock.now()) if until else None
    made = suspend(world, subject, read_reason(reason), end)
    echo(printable(f"Suspended {made.subject} {made.ends}."), err=True)


def _subject(workload: str, stage: str) -> Subject:
    if workload and stage:
        hint = "Leave one of the two out; a stage is suspended for all workloads."
        raise UsageError("A workload is suspended, or a stage.", hint=hint)
    return Subject(workload=workload, stage=stage)


def _show(holds: Holds, output: str) -> None:
    if output == "json":
        from mlops_gitops.views.values_json import values_json

        echo(values_json(suspended=holds.suspended, refused=holds.refused))
        return
    from mlops_gitops.views.holds_text import holds_text

    echo(holds_text(holds))
