"""`mlops-gitops pipeline result`."""

import json
from pathlib import Path

import click

from mlops_gitops.cli.out import echo
from mlops_gitops.cli.pipeline_run import run_option
from mlops_gitops.executor.api import read_result


@click.command("result")
@click.argument("step")
@run_option
def command(step: str, run: Path) -> None:
    """Print what a function step gave back, as JSON.

    \u0008
    Example:
      mlops-gitops pipeline result Count --run .mlops-gitops/pipelines/7pinimwddh3a
    """
    echo(json.dumps(read_result(run, step), indent=2, ensure_ascii=False))
