"""`mlops-gitops pipeline logs`."""

from pathlib import Path

import click

from mlops_gitops.cli.out import echo
from mlops_gitops.cli.pipeline_run import run_option
from mlops_gitops.errors import UsageError
from mlops_gitops.executor.api import read_log, read_steps
from mlops_gitops.executor.logs import plain


@click.command("logs")
@click.argument("step")
@run_option
def command(step: str, run: Path) -> None:
    """Print what a step's program wrote.

    \u0008
    Example:
      mlops-gitops pipeline logs Train --run .mlops-gitops/pipelines/7pinimwddh3a
    """
    log = read_log(run, step)
    if log is None:
        known = ", ".join(str(each.get("StepName")) for each in read_steps(run))
        raise UsageError(f"Step {step} wrote nothing in {run}.", hint=f"Steps: {known}.")
    echo(plain(log))
