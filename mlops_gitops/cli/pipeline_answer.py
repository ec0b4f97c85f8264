"""`mlops-gitops pipeline answer`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from mlops_gitops.cli import options
from mlops_gitops.cli.out import echo
from mlops_gitops.cli.pipeline_values import pairs
from mlops_gitops.cli.world import open_world
from mlops_gitops.errors import UsageError
from mlops_gitops.executor.api import answer_failure, answer_success


@click.command("answer")
@click.argument("target", metavar="STEP|TOKEN|WORKLOAD")
@click.option(
    "--run",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=None,
    help="Folder of a run on this machine; then name the step, or the token of its message.",
)
@options.stage
@click.option("--token", default=None, help="On AWS: the token of the message in the queue.")
@click.option(
    "--output", "outputs", multiple=True, metavar="NAME=VALUE", help="Value of an output."
)
@click.option(
    "--fail", "reason", metavar="REASON", default=None, help="The step fails, for this reason."
)
@options.root_if_any
def command(**given: Any) -> None:
    """Answer a callback step, which waits for it.

    With its outputs, or with --fail. On AWS, name the workload and the token that the step's
    message in SQS has; on this machine, the run folder and the step.

    \u0008
    Example:
      mlops-gitops pipeline answer Review --run .mlops-gitops/pipelines/7pinimwddh3a --output by=kim
      mlops-gitops pipeline answer abalone --stage dev --token aB3dE6gH9k --fail "worse than before"
    """
    asked = _Asked(**given)
    if asked.reason is not None and asked.outputs:
        hint = "Say --output for success, or --fail for failure."
        raise UsageError("A step that fails has no outputs.", hint=hint)
    if asked.run is not None:
        _here(asked, asked.run)
    else:
        _on_aws(asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What the words of the command say."""

    target: str
    run: Path | None
    stage: str | None
    token: str | None
    outputs: tuple[str, ...]
    reason: str | None
    root: Path | None


def _here(asked: _Asked, run: Path) -> None:
    if asked.token is not None or asked.stage is not None:
        hint = "Name the step, or its token: `mlops-gitops pipeline answer STEP --run FOLDER`."
        raise UsageError("A run on this machine has no --stage, and needs no --token.", hint=hint)
    if asked.reason is not None:
        answer_failure(run, asked.target, asked.reason)
    else:
        answer_success(run, asked.target, pairs("--output", asked.outputs))
    echo(f"Answered {asked.target} of {run.name}.", err=True)


def _on_aws(asked: _Asked) -> None:
    from mlops_gitops.cli.pipeline_deployed import token as once
    from mlops_gitops.runs.pipeline_execution import CallbackAnswer
    from mlops_gitops.use_cases.callbacks import answer_callback
    from mlops_gitops.use_cases.sagemaker_pipelines import find_place

    if asked.token is None:
        hint = "Say --token with the token of the message in SQS, or --run for a run folder."
        raise UsageError("Which callback is answered?", hint=hint)
    given = CallbackAnswer(
        token=asked.token, outputs=pairs("--output", asked.outputs), reason=asked.reason
    )
    world = open_world(options.find_root(asked.root))
    place = find_place(world, asked.target, asked.stage)
    execution = answer_callback(world, place, given, once())
    echo(f"Answered {asked.token}: execution {execution} goes on.", err=True)
