"""`mlops-gitops plan`."""

from pathlib import Path

import click

from mlops_gitops.cli import options
from mlops_gitops.cli.plan_output import plan_output
from mlops_gitops.cli.world import open_changed
from mlops_gitops.errors import Incomplete
from mlops_gitops.use_cases.plan import plan

_CHANGES = 2


@click.command("plan")
@options.root
@options.changed_since
@options.output("text", "json", "markdown")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    default=None,
    help="Save the plan for `apply --plan`.",
)
@click.option(
    "--detailed-exitcode", is_flag=True, help="Exit with 2 if there are changes, 0 if not."
)
def command(
    root: Path, since: str | None, output: str, out: Path | None, *, detailed_exitcode: bool
) -> int:
    """Show what a deployment would change in every stage. Nothing is changed.

    \u0008
    Example:
      mlops-gitops plan --out plan.json
      mlops-gitops apply --plan plan.json
      mlops-gitops plan --changed-since origin/main
    """
    made = plan(open_changed(root, since))
    if out is not None:
        out.write_text(plan_output(made, "json") + "\n", encoding="utf-8")
        click.echo(f"Saved to {out}.", err=True)
    click.echo(plan_output(made, output))
    if any(change.unprovable for change in made.changes):
        return Incomplete.exit_code
    return _CHANGES if detailed_exitcode and not made.is_empty else 0
