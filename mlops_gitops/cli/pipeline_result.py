"""`mlops-gitops pipeline result`."""

import json

import click

from mlops_gitops.cli.out import echo
from mlops_gitops.cli.pipeline_deployed import Asked, about_execution


@click.command("result")
@click.argument("step")
@about_execution
def command(*, asked: Asked, step: str) -> None:
    """Print what a function step gave back, as JSON.

    One step at a time.

    \u0008
    Example:
      mlops-gitops pipeline result Count --workload abalone --stage dev
      mlops-gitops pipeline result Count --run .mlops-gitops/pipelines/7pinimwddh3a
    """
    if asked.run is not None:
        from mlops_gitops.executor.api import read_result

        value = read_result(asked.run, step)
    else:
        from mlops_gitops.use_cases.sagemaker_pipelines import read_result as read_deployed

        world, place = asked.place()
        value = read_deployed(world, place, asked.execution, step)
    echo(json.dumps(value, indent=2, ensure_ascii=False))
