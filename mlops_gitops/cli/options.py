"""Options that several commands share."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from mlops_gitops.cli.problems_output import refused_in_format
from mlops_gitops.config.settings import SETTINGS_PATH
from mlops_gitops.errors import Blocked, UsageError

_Command = TypeVar("_Command", bound=Callable[..., Any])


def find_root(given: Path | None) -> Path:
    """Find the repository: as given, or by walking up from the working folder.

    Raises:
        UsageError: no folder on the way up has settings.
    """
    if given is not None:
        return given
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / SETTINGS_PATH).exists():
            return folder
    message = f"There is no {SETTINGS_PATH} in {here} or a folder above it."
    hint = "Go to your repository, or name it with --root. `mlops-gitops explain MG040` shows one."
    raise UsageError(message, hint=hint)


root = click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar="MLOPS_GITOPS_ROOT",
    callback=lambda _context, _parameter, value: find_root(value),
    help=f"Root of the repository; by default the nearest folder with {SETTINGS_PATH}.",
)


def _root_or_none(given: Path | None) -> Path | None:
    try:
        return find_root(given)
    except UsageError:
        return None


root_if_any = click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar="MLOPS_GITOPS_ROOT",
    callback=lambda _context, _parameter, value: _root_or_none(value),
    help="Root of the repository; outside of one, only what is installed is told.",
)

changed_since = click.option(
    "--changed-since",
    "since",
    metavar="REV",
    default=None,
    help="Only what differs from the commit where this branch left REV, such as origin/main.",
)

python = click.option(
    "--python",
    metavar="PATH",
    default="",
    envvar="MLOPS_GITOPS_PYTHON",
    help="Python that has the SageMaker SDK, for configs with a script.",
)

stage = click.option("--stage", default=None, help="Name of the stage, as in the settings.")

yes = click.option("--yes", is_flag=True, help="Do not ask.")


def output(*formats: str) -> Callable[[_Command], _Command]:
    """Make the option `--output`; the first format is the default.

    What is wrong with a repository that the command refuses is written in that format, too.
    """
    option = click.option(
        "--output",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help="How to write the result.",
    )
    return lambda command: option(refused_in_format(command))


def ask(question: str) -> None:
    """Ask for a yes on the terminal.

    Raises:
        Blocked: there is no terminal, or the answer was no.
    """
    if not sys.stdin.isatty():
        hint = "Say --yes where nobody can be asked."
        raise Blocked("This needs an answer, and there is no terminal.", hint=hint)
    if not click.confirm(question, err=True):
        raise Blocked("The answer was no.", hint="Nothing was changed.")
