"""Orphans: what runs, or has been retired, and is declared by no config any more."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mlops_gitops.config.declared import Workload
from mlops_gitops.config.settings import ORCHESTRATOR, Settings, Stage
from mlops_gitops.desired.names import (
    DELIVERY,
    INSTALLATION_TAG,
    STAGE_TAG,
    WORKLOAD_TAG,
    delivery_stack,
    stage_stack,
    workload_stack,
)
from mlops_gitops.desired.stack import StackId
from mlops_gitops.diff.deployed import DeployedStack, StackStatus
from mlops_gitops.diff.states import state_of
from mlops_gitops.use_cases.world import World

_GONE = (StackStatus.ABSENT, StackStatus.DELETE_COMPLETE)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrphanedWorkload:
    """What is deployed of one workload and declared by nobody.

    Attributes:
        name: its full name.
        stages: where a stack of it is, in the order of promotion.
        strange: stacks of stages that the settings do not have any more.
        is_retired: whether a tombstone has emptied all of its stacks.
    """

    name: str
    workload: Workload
    stages: tuple[Stage, ...]
    strange: tuple[StackId, ...]
    is_retired: bool

    def is_called(self, name: str) -> bool:
        """Whether a user may mean it."""
        return name.lower() in (self.name, self.workload.model_name)


def orphaned_workloads(
    world: World, deployed: Mapping[StackId, DeployedStack]
) -> tuple[OrphanedWorkload, ...]:
    """Find every workload of this installation with stacks that no config declares; sorted.

    Args:
        world: a repository without errors.
        deployed: all stacks.
    """
    settings = world.settings
    desired = {
        stage_stack(settings, workload_stack(settings, config), stage)
        for config in world.repository.configs
        for stage in config.stages
    }
    found: dict[tuple[str, Workload], list[DeployedStack]] = defaultdict(list)
    for stack in deployed.values():
        is_ours = stack.tags.get(INSTALLATION_TAG) == settings.prefix
        stage = stack.tags.get(STAGE_TAG, DELIVERY)
        if is_ours and stage != DELIVERY and stack.status not in _GONE and stack.id not in desired:
            name = full_name(settings, stack.id, stage)
            found[name, read_workload(stack.tags.get(WORKLOAD_TAG, ""))].append(stack)
    return tuple(
        _orphaned(settings, *key, stacks)
        for key, stacks in sorted(found.items(), key=lambda one: one[0])
    )


def _orphaned(
    settings: Settings, name: str, workload: Workload, stacks: list[DeployedStack]
) -> OrphanedWorkload:
    places = {(stack.id, stack.tags[STAGE_TAG]) for stack in stacks}
    stages = tuple(
        each for each in settings.places if (stage_stack(settings, name, each), each.name) in places
    )
    known = {stage_stack(settings, name, each) for each in stages}
    return OrphanedWorkload(
        name=name,
        workload=workload,
        stages=stages,
        strange=tuple(sorted(stack.id for stack in stacks if stack.id not in known)),
        is_retired=all(stack.is_shell for stack in stacks),
    )


def runs(stacks: Iterable[DeployedStack]) -> bool:
    """Whether anything runs in a workload's stages: empty stacks, and those never made, do not."""
    return any(state_of(each.status).exists and not each.is_shell for each in stacks)


def full_name(settings: Settings, stack: StackId, stage: str) -> str:
    """Name the workload of a stack: take the stage off, unless the name goes without it."""
    if stage == DELIVERY:
        return stack.name.removesuffix(delivery_stack(""))
    known = {each.name for each in settings.places}
    only = stage == ORCHESTRATOR or (settings.is_single_account and stage in known)
    return stack.name if only else stack.name.removesuffix(f"-{stage}")


def read_workload(tag: str) -> Workload:
    """Read what the tag of a stack says: `<model>/<type>`."""
    model, _, type_ = tag.rpartition("/")
    return Workload(model, type_)


def delivered_workloads(world: World) -> Mapping[str, Workload]:
    """Name every workload that has a delivery pipeline, declared or not, by its full name."""
    settings = world.settings
    return {
        full_name(settings, stack.id, DELIVERY): read_workload(stack.tags[WORKLOAD_TAG])
        for stack in world.stacks.overview(settings.orchestrator_account)
        if stack.tags.get(INSTALLATION_TAG) == settings.prefix
        and stack.tags.get(STAGE_TAG) == DELIVERY
        and WORKLOAD_TAG in stack.tags
    }
