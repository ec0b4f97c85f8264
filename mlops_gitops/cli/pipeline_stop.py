"""`mlops-gitops pipeline stop`."""

import click

from mlops_gitops.cli.out import echo
from mlops_gitops.cli.pipeline_deployed import Asked, about_execution, token
from mlops_gitops.executor.api import ask_to_stop
from mlops_gitops.use_cases.sagemaker_pipelines import stop


@click.command("stop")
@about_execution
def command(*, asked: Asked) -> None:
    """Stop a run.

    Its programs are told to end. A Callback step sends Stopping and waits for its answer, and a
    Lambda step waits for its function, as on SageMaker.

    \u0008
    Example:
      mlops-gitops pipeline stop --workload abalone --stage dev
      mlops-gitops pipeline stop --run .mlops-gitops/pipelines/7pinimwddh3a
    """
    if asked.run is not None:
        ask_to_stop(asked.run)
        echo(f"Asked {asked.run.name} to stop.", err=True)
        return
    world, place = asked.place()
    found = stop(world, place, asked.execution, token())
    echo(f"Asked {found.id} to stop.", err=True)
