"""The world that a command runs in."""

from collections.abc import Callable
from pathlib import Path

import click

from mlops_gitops import app
from mlops_gitops.use_cases.world import World

OpenWorld = Callable[[Path], World]
"""Reads the repository in a folder and reaches the cloud it belongs to."""


def open_world(root: Path) -> World:
    """Open the world: AWS, unless whoever called the command line gave another one."""
    opened: OpenWorld = click.get_current_context().obj or app.world_on_aws
    return opened(root)
