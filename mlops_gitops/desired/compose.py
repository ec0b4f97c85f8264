"""Compose: config x blueprint x stage -> the stack that should run there."""

from mlops_gitops.config.arn import partition_of
from mlops_gitops.config.declared import Config
from mlops_gitops.config.settings import Settings, Stage
from mlops_gitops.desired.blueprint import Blueprint, capabilities_of
from mlops_gitops.desired.context import Context, Inputs
from mlops_gitops.desired.digest import written_digest
from mlops_gitops.desired.enclose import enclose
from mlops_gitops.desired.filled import documents_of, filled, written
from mlops_gitops.desired.names import run_name, stage_stack, tags_of, workload_stack
from mlops_gitops.desired.parameters import resolve_parameters
from mlops_gitops.desired.stack import DIGEST, DesiredStack, Resolved, StackId
from mlops_gitops.desired.tombstone import tombstone


def compose(
    settings: Settings, config: Config, stage: Stage, blueprint: Blueprint, inputs: Inputs
) -> DesiredStack:
    """Make the desired stack of one workload in one stage. Same input, same bytes."""
    name = workload_stack(settings, config)
    if config.is_retired:
        return tombstone(settings, config.workload, name, stage)
    id_ = stage_stack(settings, name, stage)
    context = Context(settings=settings, config=config, stage=stage, stack=id_.name, inputs=inputs)
    scope = context.scope
    template = enclose(filled(blueprint, scope), settings, stage)
    parameters = resolve_parameters(blueprint, context)
    tags = tags_of(settings, config.workload, stage.name)
    values = {name: resolved.value for name, resolved in parameters.items()}
    digest = written_digest(written(blueprint, template), values, tags)
    return DesiredStack(
        id=id_,
        workload=config.workload,
        stage=stage.name,
        template=template,
        parameters={**parameters, DIGEST: Resolved(digest, "derived: of all the others")},
        tags=tags,
        capabilities=capabilities_of(template),
        digest=digest,
        blueprint_version=blueprint.version,
        run=_run_arn(id_) if config.type.runs else None,
        documents=documents_of(blueprint, scope),
    )


def _run_arn(stack: StackId) -> str:
    partition = partition_of(stack.region)
    place = f"{stack.region}:{stack.account}"
    return f"arn:{partition}:states:{place}:stateMachine:{run_name(stack.name)}"
