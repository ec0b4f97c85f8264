"""Containers on this machine, as `pipeline start --docker` needs them."""

from collections.abc import Callable
from typing import Protocol

from mlops_gitops.definitions.pipeline.script import ScriptFault
from mlops_gitops.runs.docker_run import DockerOrder, DockerRun


class Docker(Protocol):
    """Docker, with its daemon and Compose."""

    def check(self) -> None:
        """See that containers can be started.

        Raises:
            MissingExtra: something of it lacks.
        """


class LocalMode(Protocol):
    """Local mode of the SageMaker Python SDK."""

    def run(self, order: DockerOrder, tell: Callable[[str], None]) -> DockerRun | ScriptFault:
        """Run a pipeline to its end, or say why there is none; each line that is written is told.

        Raises:
            UsageError: a parameter is none of the pipeline's, or the folder cannot be written.
        """
