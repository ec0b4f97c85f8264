"""`mlops-gitops apply`."""

from pathlib import Path

import click

from mlops_gitops.cli import options
from mlops_gitops.cli.world import open_world
from mlops_gitops.diff.plan import Plan
from mlops_gitops.runs.applied import exit_code
from mlops_gitops.use_cases.apply import apply


@click.command("apply")
@options.root
@options.output("text", "json")
@click.option(
    "--plan",
    "plan_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=None,
    help="Apply exactly this saved plan; refused with exit 4 if the world moved since.",
)
def command(root: Path, output: str, plan_file: Path | None) -> int:
    """Carry every changed workload to the first stage, and on through the gates.

    Repeating it starts nothing twice: what is under way is reported, what failed is retried.

    \u0008
    Example:
      mlops-gitops apply
      mlops-gitops status --watch
    """
    saved = None if plan_file is None else _read(plan_file)
    world = open_world(root)
    applied = apply(world, _report, saved)
    if output == "json":
        from mlops_gitops.views.applied_json import applied_json

        click.echo(applied_json(applied))
    else:
        from mlops_gitops.views.applied_text import applied_text

        click.echo(applied_text(applied))
    return exit_code(applied)


def _report(workload: str, doing: str) -> None:
    click.echo(f"{workload}: {doing}", err=True)


def _read(file: Path) -> Plan:
    from mlops_gitops.views.plan_json import plan_from_json

    return plan_from_json(file.read_text(encoding="utf-8", errors="replace"))
