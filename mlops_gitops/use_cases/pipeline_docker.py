"""Run a pipeline in containers: that of a config with a script, by the SageMaker SDK."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from mlops_gitops.config.declared import Config
from mlops_gitops.config.said import listed, quoted
from mlops_gitops.config.scripts import scripts_in
from mlops_gitops.definitions.pipeline.script import ScriptFault
from mlops_gitops.errors import InvalidRepository, UsageError
from mlops_gitops.ports.containers import Docker, LocalMode
from mlops_gitops.runs.docker_run import DockerOrder, DockerRun
from mlops_gitops.use_cases.build_scripts import fault_problem, script_order
from mlops_gitops.use_cases.validate import Repository


@dataclass(frozen=True, slots=True, kw_only=True)
class DockerStart:
    """What somebody asks for.

    Attributes:
        path: of the config, from the repository's root.
        stage: whose values; None for the first.
        python: the interpreter with the SDK; empty for that of the config.
        parent: folder of all runs.
        parameters: values by name, as texts.
        data: what of this machine stands for a place on S3.
    """

    path: str
    stage: str | None
    python: str
    parent: Path
    parameters: Mapping[str, str]
    data: Mapping[str, Path]


def run_in_docker(
    docker: Docker,
    local_mode: LocalMode,
    repository: Repository,
    asked: DockerStart,
    tell: Callable[[str], None],
) -> DockerRun:
    """Run a pipeline to its end; each line that is written is told.

    Raises:
        UsageError: the config has no script, or there is no such stage or parameter.
        MissingExtra: Docker is not ready; nothing was written.
        InvalidRepository: the script makes no pipeline; nothing was written.
    """
    config = _scripted(repository, asked)
    docker.check()
    script = script_order(config, repository.settings, asked.python)
    order = DockerOrder(
        script=script,
        name=str(script.calls[0].arguments["pipeline_name"]),
        parent=asked.parent,
        parameters=asked.parameters,
        data=asked.data,
    )
    ended = local_mode.run(order, tell)
    if isinstance(ended, ScriptFault):
        raise InvalidRepository((fault_problem(config, ended),))
    return ended


def _scripted(repository: Repository, asked: DockerStart) -> Config:
    """Find the config, in one stage."""
    config = next((one for one in repository.configs if one.document.path == asked.path), None)
    if config is None:
        hint = "Name a config of this repository."
        raise UsageError(f"{quoted(asked.path)} is no config.", hint=hint)
    if not scripts_in([config]):
        hint = f"This one runs here, too: `mlops-gitops pipeline start {asked.path} --local`."
        message = "--docker runs a pipeline.py in local mode of the SageMaker SDK, and "
        raise UsageError(f"{message}{quoted(asked.path)} has no script.", hint=hint)
    stages = [one for one in config.stages if asked.stage in (None, one.name)]
    if not stages:
        hint = f"Its stages: {listed(one.name for one in config.stages)}."
        raise UsageError(f"{quoted(asked.path)} has no stage {asked.stage}.", hint=hint)
    return replace(config, stages=(stages[0],))
