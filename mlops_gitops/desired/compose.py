"""Compose: config x blueprint x stage -> the stack that should run there."""

from mlops_gitops.config.declared import Config
from mlops_gitops.config.settings import Settings, Stage
from mlops_gitops.desired.blueprint import Blueprint, capabilities_of
from mlops_gitops.desired.digest import stage_digest
from mlops_gitops.desired.names import stage_stack, tags_of, workload_stack
from mlops_gitops.desired.parameters import Context, Inputs, resolve_parameters
from mlops_gitops.desired.stack import DIGEST, DesiredStack, Resolved


def compose(
    settings: Settings, config: Config, stage: Stage, blueprint: Blueprint, inputs: Inputs
) -> DesiredStack:
    """Make the desired stack of one workload in one stage. Same input, same bytes."""
    context = Context(settings=settings, config=config, stage=stage, inputs=inputs)
    parameters = resolve_parameters(blueprint, context)
    tags = tags_of(settings, config.workload, stage.name)
    values = {name: resolved.value for name, resolved in parameters.items()}
    digest = stage_digest(blueprint.template, values, tags)
    return DesiredStack(
        id=stage_stack(settings, workload_stack(settings, config), stage),
        workload=config.workload,
        stage=stage.name,
        template=blueprint.template,
        parameters={**parameters, DIGEST: Resolved(digest, "derived: of all the others")},
        tags=tags,
        capabilities=capabilities_of(blueprint.template),
        digest=digest,
        blueprint_version=blueprint.version,
    )
