"""The world that a command runs in."""

from pathlib import Path
from typing import Protocol

import click

from mlops_gitops import app
from mlops_gitops.use_cases.world import World


class OpenWorld(Protocol):
    """Reads the repository in a folder and reaches the cloud it belongs to."""

    def __call__(self, root: Path, since: str | None = None, /) -> World:
        """Open the world of a repository, or of what changed since a revision was left."""


def open_world(root: Path) -> World:
    """Open the world: AWS, unless whoever called the command line gave another one."""
    return _opener()(root)


def open_changed(root: Path, since: str | None) -> World:
    """Open the world of what changed since a revision was left; None for all there is."""
    return open_world(root) if since is None else _opener()(root, since)


def can_open() -> bool:
    """Tell whether there is a cloud to reach: one that was given, or AWS with credentials."""
    return click.get_current_context().obj is not None or app.has_credentials()


def _opener() -> OpenWorld:
    opener: OpenWorld = click.get_current_context().obj or app.world_on_aws
    return opener
