"""`mlops-gitops pipeline steps`."""

from pathlib import Path

import click

from mlops_gitops.cli import options
from mlops_gitops.cli.pipeline_run import run_option, show_run


@click.command("steps")
@run_option
@options.output("text", "json")
def command(run: Path, output: str) -> None:
    """Show the steps of a run.

    What of each was really done is said: executed, stubbed, cached, skipped or failed.

    \u0008
    Example:
      mlops-gitops pipeline steps --run .mlops-gitops/pipelines/7pinimwddh3a
    """
    show_run(run, output)
