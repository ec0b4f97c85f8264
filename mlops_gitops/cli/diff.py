"""`mlops-gitops diff`."""

from pathlib import Path

import click

from mlops_gitops import app
from mlops_gitops.cli import options
from mlops_gitops.cli.out import echo
from mlops_gitops.cli.plan_output import plan_output
from mlops_gitops.errors import Incomplete

_CHANGES = 2


@click.command("diff")
@click.argument("old", metavar="REV")
@click.argument("new", metavar="[REV]", default="HEAD")
@options.root
@options.output("text", "json", "markdown")
@click.option(
    "--detailed-exitcode", is_flag=True, help="Exit with 2 if there are changes, 0 if not."
)
def command(old: str, new: str, root: Path, output: str, *, detailed_exitcode: bool) -> int:
    """Show the plan between two commits, offline.

    The first is taken to be deployed everywhere, the second is what is checked out if it is left
    out. What AWS must be asked for is left open, and said.

    \u0008
    Example:
      mlops-gitops diff v1.4 v1.5
      mlops-gitops diff HEAD~1 --output markdown
    """
    made = app.difference(root, old, new)
    echo(plan_output(made, output))
    if made.is_incomplete:
        return Incomplete.exit_code
    return _CHANGES if detailed_exitcode and not (made.is_empty and not made.orphans) else 0
