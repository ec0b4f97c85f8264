"""Render: one workload's stack in one stage, without asking AWS anything."""

from dataclasses import replace

from mlops_gitops.config.declared import Config
from mlops_gitops.config.said import listed
from mlops_gitops.definitions.pipeline.script import Built
from mlops_gitops.desired.compose import compose
from mlops_gitops.desired.stack import DIGEST, DesiredStack, Resolved
from mlops_gitops.errors import UsageError
from mlops_gitops.pipeline.installation import Installation
from mlops_gitops.ports import Blueprints, PackageData
from mlops_gitops.use_cases.facts import read_inputs
from mlops_gitops.use_cases.find import find_stage
from mlops_gitops.use_cases.validate import Repository

_LATER = "(looked up by plan)"
OPEN = Installation(
    assets_kms_key_arn=_LATER, notification_topic_arn=_LATER, pipeline_role_arn=_LATER
)


def render(
    repository: Repository,
    data: PackageData,
    blueprints: Blueprints,
    path: str,
    stage_name: str,
    built: Built | None = None,
) -> DesiredStack:
    """Compose one stack from what is in git; what AWS must be asked for is left open.

    Args:
        repository: the valid repository.
        data: facts that ship with the package.
        blueprints: where templates come from.
        path: the config, relative to the repository's root.
        stage_name: which stage.
        built: what the config's script made; else that is left open, too.

    Raises:
        UsageError: there is no such config or stage.
    """
    settings = repository.settings
    config = _config(repository, path)
    stage = find_stage(settings, stage_name)
    if stage not in config.stages:
        places = listed([each.name for each in config.stages])
        raise UsageError(f"{path} does not run in {stage.name}.", hint=f"It runs in {places}.")
    made = {} if built is None else {(path, stage.name): built}
    inputs = replace(read_inputs(data, OPEN), built=made)
    stack = compose(settings, config, stage, blueprints.blueprint(config.blueprint), inputs)
    open_digest = Resolved("", "made by plan, over all the others")
    return replace(stack, digest="", parameters={**stack.parameters, DIGEST: open_digest})


def _config(repository: Repository, path: str) -> Config:
    for config in repository.configs:
        if config.document.path == path:
            return config
    known = ", ".join(config.document.path for config in repository.configs) or "none"
    raise UsageError(f"{path!r} is no config of this repository.", hint=f"Configs: {known}.")
