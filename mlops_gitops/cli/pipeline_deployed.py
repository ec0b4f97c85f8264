"""Executions where they are deployed, as commands ask for them."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import click

from mlops_gitops.cli import options
from mlops_gitops.cli.out import echo
from mlops_gitops.cli.world import open_world
from mlops_gitops.runs.pipeline_execution import PipelineExecution, PipelineStart
from mlops_gitops.use_cases.sagemaker_pipelines import (
    Place,
    await_end,
    begin,
    find_execution,
    find_place,
    plan_start,
    report,
)
from mlops_gitops.use_cases.world import World
from mlops_gitops.views.pipeline_jobs_text import jobs_text
from mlops_gitops.views.pipeline_text import report_text, step_text

_Command = TypeVar("_Command", bound=Callable[..., Any])

_BYTES = 16
"""Of chance in a token: SageMaker wants 32 characters."""

workload = click.option(
    "--workload", default=None, help="Which pipeline; by default the only one of the repository."
)
execution = click.option(
    "--execution", default=None, help="Which execution, by id or ARN; by default the newest."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a command was asked about.

    Attributes:
        run: folder of a run on this machine; None for an execution on AWS.
    """

    workload: str | None
    stage: str | None
    execution: str | None
    root: Path | None
    run: Path | None

    def place(self) -> tuple[World, Place]:
        """Open the world, and find the pipeline in it."""
        world = open_world(options.find_root(self.root))
        return world, find_place(world, self.workload, self.stage)


def about_execution(command: _Command) -> _Command:
    """Add the options that say which execution is meant; the command gets `asked`."""
    run = click.option(
        "--run",
        "run",
        default=None,
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="Folder of a run on this machine, instead of an execution on AWS.",
    )

    def asking(
        *,
        workload: str | None,
        stage: str | None,
        execution: str | None,
        root: Path | None,
        run: Path | None,
        **others: Any,
    ) -> Any:
        asked = Asked(workload=workload, stage=stage, execution=execution, root=root, run=run)
        return command(asked=asked, **others)

    asking.__doc__, asking.__name__ = command.__doc__, command.__name__
    asking.__click_params__ = getattr(command, "__click_params__", [])  # type: ignore[attr-defined] # where click keeps them
    added: Any = workload(options.stage(execution(run(options.root_if_any(asking)))))
    return added  # type: ignore[no-any-return] # it is a command still


def token() -> str:
    """Make a token, so that a request that is repeated by boto3 starts once."""
    return secrets.token_hex(_BYTES)


def start_deployed(
    world: World, place: Place, request: PipelineStart, *, yes: bool
) -> PipelineExecution:
    """Say what a start will cause, ask, and start it."""
    planned = plan_start(world, place, request)
    rooms = planned.rooms
    echo(jobs_text(planned.jobs, rooms.rooms, rooms.unread, rooms.uncounted), err=True)
    if not yes:
        options.ask(f"Start pipeline {place.pipeline} in {place.stage}?")
    if request.source:
        request = replace(request, source=find_execution(world, place, request.source).arn)
    arn = begin(world, place, request)
    echo(f"Started {arn}", err=True)
    return find_execution(world, place, arn)


def follow(world: World, place: Place, arn: str) -> PipelineExecution:
    """Tell each step as it goes, until the execution ends."""
    return await_end(world, place, arn, lambda step: echo(step_text(step), err=True))


def show(world: World, place: Place, arn: str | None, output: str) -> None:
    """Show an execution and its steps."""
    found = report(world, place, arn)
    if output == "json":
        from mlops_gitops.views.pipeline_json import report_json

        echo(report_json(found.execution, found.steps, place.pipeline, place.stage))
        return
    echo(report_text(found.execution, found.steps, found.definition))
