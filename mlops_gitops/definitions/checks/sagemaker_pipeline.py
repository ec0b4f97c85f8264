"""The check of SageMaker pipelines: parameters, each step by itself, then the whole definition."""

from collections.abc import Iterator

from mlops_gitops.config.declared import Config
from mlops_gitops.config.installation import Network
from mlops_gitops.config.scripts import SCRIPT
from mlops_gitops.config.settings import Settings
from mlops_gitops.definitions.pipeline.check import definition_mistakes
from mlops_gitops.definitions.pipeline.compile import compile_pipeline
from mlops_gitops.definitions.pipeline.parameter_mistakes import parameter_mistakes
from mlops_gitops.definitions.pipeline.permissions import role_mistakes
from mlops_gitops.definitions.pipeline.script_calls import call_mistakes
from mlops_gitops.definitions.pipeline.shorthand import Mistake
from mlops_gitops.definitions.pipeline.steps import mistakes_in
from mlops_gitops.definitions.pipeline.surroundings import Surroundings
from mlops_gitops.definitions.scope import Scope
from mlops_gitops.problems import Problem, Severity

_STEPS = "steps"


def check(config: Config, settings: Settings) -> Iterator[Problem]:
    """Say what is wrong with the pipeline of a config.

    Stages differ in parameters and networks alone, so one of them is compiled.
    """
    document = config.document
    for mistake in _mistakes(config, settings):
        where, pointer = document.where(*mistake.at), document.pointer(*mistake.at)
        yield mistake.said.at(where, pointer)


def _longest(config: Config) -> Network | None:
    """Give the network that takes most room in a role's policies."""
    networks = [stage.network for stage in config.stages if stage.network is not None]
    return max(networks, key=lambda one: len(one.subnets + one.security_groups), default=None)


def _mistakes(config: Config, settings: Settings) -> Iterator[Mistake]:
    if SCRIPT in config.fields:
        # Code of the user's is not run to check it; plan holds what it makes to the same rules.
        yield from call_mistakes(config)
        return
    stages = tuple(stage.name for stage in config.stages)
    found = list(parameter_mistakes(config.fields.get("parameters"), stages))
    stage = config.stages[0]
    scope = Scope(
        config=config,
        stage=stage.name,
        account=stage.account,
        stack=f"{settings.prefix}-{config.workload.model_name}",
        region=settings.region,
        assets_bucket=settings.assets_bucket,
        contents={},
        network=_longest(config),
    )
    steps = config.fields.get(_STEPS)
    found += mistakes_in(steps, (_STEPS,), Surroundings(scope=scope))
    yield from found
    # What is wrong in a step can keep it from being compiled at all.
    if all(mistake.said.severity is Severity.WARNING for mistake in found):
        definition = compile_pipeline(scope)
        yield from definition_mistakes(definition, dict(config.document.value))
        yield from role_mistakes(definition, Surroundings(scope=scope))
