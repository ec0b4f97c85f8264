"""`mlops-gitops pipeline steps`."""

import click

from mlops_gitops.cli import options
from mlops_gitops.cli.pipeline_deployed import Asked, about_execution, show
from mlops_gitops.cli.pipeline_run import show_run


@click.command("steps")
@options.output("text", "json")
@about_execution
def command(*, asked: Asked, output: str) -> None:
    """Show the steps of a run.

    With how long each took, the name that SageMaker gave to its job, and why it failed. Of a run
    on this machine it is said what was really done: executed, stubbed, cached, skipped or failed.

    \u0008
    Example:
      mlops-gitops pipeline steps --workload abalone --stage dev
      mlops-gitops pipeline steps --run .mlops-gitops/pipelines/7pinimwddh3a
    """
    if asked.run is not None:
        show_run(asked.run, output)
        return
    world, place = asked.place()
    show(world, place, asked.execution, output)
