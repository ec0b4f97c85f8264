"""Runs on this machine, as commands show them."""

from pathlib import Path
from typing import Any, TypeVar

import click

from mlops_gitops.cli.out import echo
from mlops_gitops.executor.api import read_run, read_steps

_Command = TypeVar("_Command", bound=Any)


def run_option(command: _Command) -> _Command:
    """Add the option that names a run folder."""
    option = click.option(
        "--run",
        "run",
        required=True,
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="Folder of a run on this machine.",
    )
    added: _Command = option(command)
    return added


def show_run(folder: Path, output: str) -> None:
    """Show an execution and its steps."""
    run, steps = read_run(folder), read_steps(folder)
    if output == "json":
        from mlops_gitops.views.local_run_json import run_json

        echo(run_json(run, steps, folder.as_posix()))
        return
    from mlops_gitops.views.local_run_text import run_text

    echo(run_text(run, steps, folder.as_posix()))
