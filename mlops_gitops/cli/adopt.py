"""`mlops-gitops adopt`."""

from pathlib import Path

import click

from mlops_gitops.cli import options
from mlops_gitops.cli.out import echo
from mlops_gitops.cli.world import open_world
from mlops_gitops.diff.adoption import Adoptions
from mlops_gitops.use_cases.adopt import find_adoptions
from mlops_gitops.use_cases.adopt_steps import adopt
from mlops_gitops.use_cases.find import find_workload

_REFUSED = 4


@click.command("adopt")
@click.argument("workloads", nargs=-1, metavar="[WORKLOADS]...")
@click.option(
    "--plan", "only_plan", is_flag=True, help="Show what would be adopted, and change nothing."
)
@options.yes
@options.root
@options.output("text", "json")
@options.python
def command(
    workloads: tuple[str, ...], root: Path, output: str, python: str, *, only_plan: bool, yes: bool
) -> int:
    """Take over what MLOps Workload Orchestrator deployed, and endpoints made by hand.

    It finds them by itself: stacks with the names of the predecessor's rule, stacks of its
    StackSets, and endpoints that a config names. Endpoints, the address of the inference API and
    schedules stay; what the next `apply` makes anew is shown before anything is done. Nothing that
    serves is deleted or replaced. Repeated after an interruption, it goes on where it stopped.

    \u0008
    Example:
      mlops-gitops adopt --plan
      mlops-gitops adopt churn
      mlops-gitops adopt --yes --output json
    """
    world = open_world(root, python)
    only = frozenset(find_workload(world, each) for each in workloads)
    search = find_adoptions(world, only)
    found = search.adoptions
    if output == "text":
        from mlops_gitops.views.adopt_text import adopt_text

        echo(adopt_text(found))
    if found.refusals or only_plan or found.is_empty:
        _write(found, output, executed=False)
        return _REFUSED if found.refusals else 0
    if not yes:
        options.ask("Adopt this?")
    adopt(world, search, lambda name, doing: echo(f"{name}: {doing}", err=True))
    _write(found, output, executed=True)
    echo("Adopted. `mlops-gitops plan` shows what is left to do, `apply` does it.", err=True)
    return 0


def _write(found: Adoptions, output: str, *, executed: bool) -> None:
    """Write one JSON document, at the end."""
    if output == "json":
        from mlops_gitops.views.adopt_json import adopt_json

        echo(adopt_json(found, executed=executed))
