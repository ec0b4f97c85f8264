"""`mlops-gitops pipeline stop`."""

from pathlib import Path

import click

from mlops_gitops.cli.out import echo
from mlops_gitops.cli.pipeline_run import run_option
from mlops_gitops.executor.api import ask_to_stop


@click.command("stop")
@run_option
def command(run: Path) -> None:
    """Stop a run.

    Its programs are told to end. A Callback step sends Stopping and waits for its answer, and a
    Lambda step waits for its function, as on SageMaker.

    \u0008
    Example:
      mlops-gitops pipeline stop --run .mlops-gitops/pipelines/7pinimwddh3a
    """
    ask_to_stop(run)
    echo(f"Asked {run.name} to stop.", err=True)
