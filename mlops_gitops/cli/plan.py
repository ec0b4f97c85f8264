"""`mlops-gitops plan`."""

from pathlib import Path

import click

from mlops_gitops.cli import options
from mlops_gitops.cli.interruptions import Interruptions
from mlops_gitops.cli.out import echo
from mlops_gitops.cli.plan_output import plan_output
from mlops_gitops.cli.world import open_changed
from mlops_gitops.diff.plan import Action, Method, Plan, StackChange
from mlops_gitops.errors import Incomplete
from mlops_gitops.use_cases.plan import plan
from mlops_gitops.use_cases.world import World
from mlops_gitops.views.plan_lines import Detail

_CHANGES = 2
_LOCAL = (
    "Stacks with method template were compared by this program: those that are new, because a "
    "change set would leave an empty stack behind, and those that are busy or blocked."
)


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
    "--method",
    type=click.Choice([method.value for method in Method]),
    default=Method.TEMPLATE.value,
    show_default=True,
    callback=lambda _context, _parameter, value: Method(value),
    help="Who compares: this program, or CloudFormation, by change sets that are deleted again.",
)
@click.option(
    "--all",
    "detail",
    flag_value=Detail.ALL,
    default=Detail.TELLING,
    type=click.UNPROCESSED,
    help="Show in the text also what has no effect, and every property.",
)
@click.option(
    "--detailed-exitcode", is_flag=True, help="Exit with 2 if there are changes, 0 if not."
)
@options.python
def command(  # noqa: PLR0913, PLR0917 -- one for each option
    root: Path,
    since: str | None,
    python: str,
    output: str,
    out: Path | None,
    method: Method,
    detail: Detail,
    *,
    detailed_exitcode: bool,
) -> int:
    """Show what a deployment would change in every stage. Nothing is changed.

    \u0008
    Example:
      mlops-gitops plan --out plan.json
      mlops-gitops apply --plan plan.json
      mlops-gitops plan --changed-since origin/main
      mlops-gitops plan --method change-set
    """
    made = _made(open_changed(root, since, python), method)
    if out is not None:
        out.write_text(plan_output(made, "json") + "\n", encoding="utf-8")
        echo(f"Saved to {out}.", err=True)
    echo(plan_output(made, output, detail))
    if method is Method.CHANGE_SET and any(map(_is_local, made.changes)):
        echo(_LOCAL, err=True)
    if made.is_incomplete:
        return Incomplete.exit_code
    return _CHANGES if detailed_exitcode and not made.is_empty else 0


def _made(world: World, method: Method) -> Plan:
    if method is Method.TEMPLATE:
        return plan(world)
    with Interruptions().caught():  # a polite kill, too, may leave no change set behind
        try:
            return plan(world, method)
        except SystemExit:
            echo("Interrupted.", err=True)
            raise


def _is_local(change: StackChange) -> bool:
    return change.method is Method.TEMPLATE and change.action is not Action.KEEP
