"""`mlops-gitops repair`."""

from pathlib import Path

import click

from mlops_gitops.cli import options
from mlops_gitops.cli.out import echo
from mlops_gitops.cli.world import open_world
from mlops_gitops.status.remedy import Step
from mlops_gitops.status.repaired import Examined, Mended
from mlops_gitops.use_cases.repair import examine, mend
from mlops_gitops.views.repair_text import examined_text, mended_text


@click.command("repair")
@click.argument("name", metavar="WORKLOAD|STACK")
@click.option(
    "--skip",
    "skip",
    metavar="LOGICAL_ID",
    multiple=True,
    help="Leave a resource as it is where a rollback that failed is continued; may be repeated.",
)
@options.yes
@options.output("text", "json")
@options.root
def command(root: Path, *, name: str, skip: tuple[str, ...], yes: bool, output: str) -> None:
    """Bring what is stuck to where apply works again, by one safe step.

    It shows that step first, and asks. A stack is deleted only if nothing lives in it, or if it
    never was created as a whole; one that may serve is rolled back, never deleted. A stage that
    failed is tried again with its gate.

    \u0008
    Example:
      mlops-gitops repair fraud
      mlops-gitops repair fraud --skip Endpoint --yes
      mlops-gitops repair mlops-pipeline-fraud-byompipelinerealtimebuiltin-prod
    """
    world = open_world(root)
    examined = examine(world, name, skip)
    mended: tuple[Mended, ...] = ()
    if output == "text":
        echo(examined_text(examined))
    if examined.acts:
        if not yes:
            options.ask("Do this?")
        mended = mend(world, examined, lambda line: echo(line, err=True))
    if output == "json":
        from mlops_gitops.views.values_json import values_json

        echo(values_json(examined=examined, mended=mended))
    elif mended:
        echo(mended_text(mended))
    raise SystemExit(_code(examined, mended))


def _code(examined: Examined, mended: tuple[Mended, ...]) -> int:
    """Give the first failure's code; blocked where something has to be left to a person."""
    failed = next((each.exit_code for each in mended if each.failure), 0)
    left = any(each.step is Step.LEAVE for each in examined.remedies)
    return failed or (4 if left else 0)
