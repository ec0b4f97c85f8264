"""Empty stacks: what a tombstone leaves, and whether anybody needs it any more."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from mlops_gitops.config.settings import ORCHESTRATOR, Settings
from mlops_gitops.desired.names import (
    DELIVERY,
    INSTALLATION_TAG,
    STAGE_TAG,
    workload_stack,
)
from mlops_gitops.desired.stack import StackId
from mlops_gitops.desired.tombstone import is_tombstone
from mlops_gitops.diff.deployed import DeployedStack, StackStatus
from mlops_gitops.diff.plan import Verdict
from mlops_gitops.diff.states import state_of
from mlops_gitops.pipeline.delivery import pipeline_name
from mlops_gitops.use_cases.leftover import Kind, Leftover
from mlops_gitops.use_cases.orphans import full_name
from mlops_gitops.use_cases.world import World

_GONE = "DELETE_COMPLETE"


def may_be_ours(stack: DeployedStack, prefix: str) -> bool:
    """Whether a command of this installation could have made something of a stack.

    A stack of the predecessor has no tag yet; that of an installation whose prefix begins like
    ours has another.
    """
    installation = stack.tags.get(INSTALLATION_TAG, prefix)
    return stack.id.name.startswith(f"{prefix}-") and installation == prefix


def owner_of(settings: Settings, stack: DeployedStack) -> str:
    """Tell the workload of a stack; by its name alone where it was never made and has no tags."""
    if tagged := stack.tags.get(STAGE_TAG):
        return full_name(settings, stack.id, tagged)
    name = stack.id.name
    stages = sorted(stage.name for stage in settings.places if stage.name != ORCHESTRATOR)
    return next(
        (name.removesuffix(f"-{each}") for each in stages if name.endswith(f"-{each}")), name
    )


def empty_stacks(world: World, deployed: Mapping[StackId, DeployedStack]) -> Iterator[Leftover]:
    """Find what is left of workloads that are empty in every stage, and that nobody wants.

    Their tombstone was delivered, no execution is under way that could fill them again, and git
    declares them retired, or not at all.
    """
    settings = world.settings
    wanted = {
        workload_stack(settings, each) for each in world.repository.configs if not each.is_retired
    }
    stages: dict[str, list[DeployedStack]] = defaultdict(list)
    pipelines: dict[str, DeployedStack] = {}
    for stack in deployed.values():
        if stack.tags.get(INSTALLATION_TAG) != settings.prefix or STAGE_TAG not in stack.tags:
            continue
        if stack.tags[STAGE_TAG] == DELIVERY:
            pipelines[owner_of(settings, stack)] = stack
        else:
            stages[owner_of(settings, stack)].append(stack)
    for name in sorted((stages.keys() | pipelines.keys()) - wanted):
        if all(map(_is_empty, stages[name])) and not _is_busy(world, pipeline_name(name)):
            yield from _left(world, name, stages[name], pipelines.get(name))


def _left(
    world: World, name: str, stages: list[DeployedStack], delivery: DeployedStack | None
) -> Iterator[Leftover]:
    pipeline = pipeline_name(name)
    for stack in stages:
        if not is_tombstone(world.stacks.template(stack.id)):
            return
    for stack in stages:
        yield Leftover(
            kind=Kind.EMPTY, stack=stack.id, created_at=stack.updated_at, pipeline=pipeline
        )
    if delivery is not None:
        yield Leftover(
            kind=Kind.PIPELINE,
            stack=delivery.id,
            created_at=delivery.updated_at,
            pipeline=pipeline,
        )


def _is_empty(stack: DeployedStack) -> bool:
    return stack.is_shell and state_of(stack.status).verdict is Verdict.READY


def _is_busy(world: World, pipeline: str) -> bool:
    return any(not each.status.is_over for each in world.pipelines.executions(pipeline))


def is_deletable(world: World, one: Leftover) -> bool:
    """Whether a stack is still as it was found: somebody may have begun to fill it since."""
    there = world.stacks.find(one.stack)
    if there is None or _is_busy(world, one.pipeline):
        return False
    match one.kind:
        case Kind.EMPTY:
            return _is_empty(there) and is_tombstone(world.stacks.template(one.stack))
        case Kind.UNMADE:
            alive = [each for each in world.stacks.resources(one.stack) if each.status != _GONE]
            return there.status is StackStatus.REVIEW_IN_PROGRESS and not alive
        case Kind.PIPELINE | Kind.CHANGE_SET:
            return one.kind is Kind.PIPELINE
