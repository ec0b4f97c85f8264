"""`mlops-gitops apply`."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click

from mlops_gitops.cli import options
from mlops_gitops.cli.live import watch
from mlops_gitops.cli.out import echo
from mlops_gitops.cli.world import open_world
from mlops_gitops.diff.plan import Plan
from mlops_gitops.pipeline.brakes import FLAG, Brake
from mlops_gitops.pipeline.by_settings import Passage
from mlops_gitops.runs.applied import Applied, exit_code
from mlops_gitops.use_cases.apply import apply
from mlops_gitops.use_cases.follow import to_follow
from mlops_gitops.use_cases.pass_gates import follow_through
from mlops_gitops.use_cases.status import status
from mlops_gitops.use_cases.world import World


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
@click.option(
    FLAG,
    "accepts",
    is_flag=True,
    help="Change more workloads than max_changed_percent of the settings lets.",
)
@click.option(
    "--wait",
    is_flag=True,
    help="Follow to the next gate that needs a person, or the end; exit with 1 if it fails.",
)
@options.python
def command(
    root: Path, output: str, plan_file: Path | None, python: str, *, accepts: bool, wait: bool
) -> int:
    """Carry every changed workload to the first stage, and on through the gates.

    Repeating it starts nothing twice: what is under way is reported, what failed is retried.

    \u0008
    Example:
      mlops-gitops apply --wait
    """
    saved = None if plan_file is None else _read(plan_file)
    world = open_world(root, python)
    applied = apply(world, _report, saved, Brake.RELEASED if accepts else Brake.ON)
    if wait:
        return _follow(world, applied, output)
    _show(applied, output)
    return exit_code(applied)


def _follow(world: World, applied: tuple[Applied, ...], output: str) -> int:
    """Say what was started, follow it, and say how it ended; JSON is one document at the end."""
    carried = [
        to_follow(world, each.workload, each.execution_id) for each in applied if each.execution_id
    ]
    if output == "text":
        _show(applied, output)
    ended = follow_through(world, carried, partial(watch, world), _tell)
    statuses = status(world, frozenset(each.name for each in carried)) if carried else ()
    if output == "json":
        from mlops_gitops.views.applied_json import applied_json

        echo(applied_json(applied, statuses))
    elif statuses:
        from mlops_gitops.views.status_text import status_text

        echo(f"\n{status_text(statuses)}")
    asked = zip(carried, ended, strict=True)
    failed = any(each.has_failed(one.execution_id) for one, each in asked)
    return exit_code(applied) or int(failed)


def _show(applied: tuple[Applied, ...], output: str) -> None:
    if output == "json":
        from mlops_gitops.views.applied_json import applied_json

        echo(applied_json(applied))
    else:
        from mlops_gitops.views.applied_text import applied_text

        echo(applied_text(applied))


def _tell(passages: Sequence[Passage]) -> None:
    """Say which gates the settings opened, and why others wait; standard output has the end."""
    if passages:
        from mlops_gitops.views.passages_text import passages_text

        echo(passages_text(passages), err=True)


def _report(workload: str, doing: str) -> None:
    echo(f"{workload}: {doing}", err=True)


def _read(file: Path) -> Plan:
    from mlops_gitops.views.plan_json import plan_from_json

    return plan_from_json(file.read_text(encoding="utf-8", errors="replace"))
