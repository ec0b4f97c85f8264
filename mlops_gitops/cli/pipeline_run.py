"""Runs on this machine, as commands show them."""

from pathlib import Path

from mlops_gitops.cli.out import echo
from mlops_gitops.executor.api import read_run, read_steps


def show_run(folder: Path, output: str) -> None:
    """Show an execution and its steps."""
    run, steps = read_run(folder), read_steps(folder)
    if output == "json":
        from mlops_gitops.views.local_run_json import run_json

        echo(run_json(run, steps, folder.as_posix()))
        return
    from mlops_gitops.views.local_run_text import run_text

    echo(run_text(run, steps, folder.as_posix()))
