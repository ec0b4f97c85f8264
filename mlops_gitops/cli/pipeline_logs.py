"""`mlops-gitops pipeline logs`."""

from pathlib import Path

import click

from mlops_gitops.cli.out import echo
from mlops_gitops.cli.pipeline_deployed import Asked, about_execution
from mlops_gitops.errors import UsageError
from mlops_gitops.executor.api import read_log, read_steps
from mlops_gitops.executor.logs import plain


@click.command("logs")
@click.argument("step")
@about_execution
def command(*, asked: Asked, step: str) -> None:
    """Print what a step's program wrote.

    On AWS, what its job wrote to CloudWatch Logs.

    \u0008
    Example:
      mlops-gitops pipeline logs Train --workload abalone --stage dev
      mlops-gitops pipeline logs Train --run .mlops-gitops/pipelines/7pinimwddh3a
    """
    if asked.run is not None:
        echo(_here(asked.run, step))
        return
    from mlops_gitops.use_cases.sagemaker_pipelines import read_log as read_deployed

    world, place = asked.place()
    lines = read_deployed(world, place, asked.execution, step)
    echo(plain("\n".join(lines).encode()))


def _here(run: Path, step: str) -> str:
    log = read_log(run, step)
    if log is None:
        known = ", ".join(str(each.get("StepName")) for each in read_steps(run))
        raise UsageError(f"Step {step} wrote nothing in {run}.", hint=f"Steps: {known}.")
    return plain(log)
