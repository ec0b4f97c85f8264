"""Composition root of `pipeline start --docker`: what nothing else needs."""

from pathlib import Path
from typing import TYPE_CHECKING

from mlops_gitops.adapters.docker import DockerCommand
from mlops_gitops.adapters.local_mode import SdkLocalMode

if TYPE_CHECKING:
    from mlops_gitops.ports.containers import Docker, LocalMode


def containers(root: Path) -> "tuple[Docker, LocalMode]":
    """Reach Docker, and local mode of the SageMaker SDK, which uses it."""
    return DockerCommand(), SdkLocalMode(root)
