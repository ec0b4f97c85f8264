"""The world that a command runs in."""

from dataclasses import replace
from pathlib import Path
from typing import Protocol

import click

from mlops_gitops import app
from mlops_gitops.use_cases.world import World


class OpenWorld(Protocol):
    """Reads the repository in a folder and reaches the cloud it belongs to."""

    def __call__(self, root: Path, since: str | None = None, /) -> World:
        """Open the world of a repository, or of what changed since a revision was left."""


def open_world(root: Path, python: str = "") -> World:
    """Open the world: AWS, unless whoever called the command line gave another one.

    Args:
        root: of the repository.
        python: interpreter that scripts are run by; empty for those of the configs.
    """
    return replace(_opener()(root), python=python)


def open_changed(root: Path, since: str | None, python: str = "") -> World:
    """Open the world of what changed since a revision was left; None for all there is."""
    if since is None:
        return open_world(root, python)
    return replace(_opener()(root, since), python=python)


def can_open() -> bool:
    """Tell whether there is a cloud to reach: one that was given, or AWS with credentials."""
    return click.get_current_context().obj is not None or app.has_credentials()


def _opener() -> OpenWorld:
    opener: OpenWorld = click.get_current_context().obj or app.world_on_aws
    return opener
