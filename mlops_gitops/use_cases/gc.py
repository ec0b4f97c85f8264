"""Garbage collection: find and delete what nobody needs any more.

That is what killed commands left behind, and what is left of workloads that were retired. Nothing
that serves, and nothing that a delivery pipeline may still deploy, is ever among it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta

from mlops_gitops.desired.stack import StackId
from mlops_gitops.diff.change_set import ChangeSetName, ChangeSetState
from mlops_gitops.diff.deployed import DeployedStack, StackStatus
from mlops_gitops.diff.states import state_of
from mlops_gitops.pipeline.delivery import change_set_name, pipeline_name
from mlops_gitops.use_cases.adopt_steps import PREFIX as ADOPTING
from mlops_gitops.use_cases.ask import OURS as ASKING
from mlops_gitops.use_cases.empty_stacks import (
    empty_stacks,
    is_deletable,
    may_be_ours,
    owner_of,
)
from mlops_gitops.use_cases.leftover import Kind, Leftover
from mlops_gitops.use_cases.put_back import NAME as REVERTING
from mlops_gitops.use_cases.read_stacks import read_deployed
from mlops_gitops.use_cases.settle import settle
from mlops_gitops.use_cases.side_by_side import side_by_side
from mlops_gitops.use_cases.starts import stale_marks
from mlops_gitops.use_cases.world import World

_AGE = timedelta(hours=1)
"""A command that is still under way is younger: plans wait five minutes for an answer."""
_OURS = (ASKING, REVERTING, ADOPTING)
_OF_EXECUTION = re.compile(r"mg-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def leftovers(world: World) -> tuple[Leftover, ...]:
    """Find what nobody needs any more, in the order in which it is deleted.

    Of change sets and stacks that were never made, what is younger than an hour is left out.

    Raises:
        AwsError: something could not be listed.
    """
    deployed = read_deployed(world)
    found = (*_in_change_sets(world, deployed), *empty_stacks(world, deployed))
    kinds = tuple(Kind)
    return tuple(
        sorted(
            found,
            key=lambda one: (kinds.index(one.kind), str(one.created_at), one.stack, one.name),
        )
    )


def collect(world: World, found: Iterable[Leftover]) -> tuple[Leftover, ...]:
    """Delete leftovers, but for those that somebody needs by now; give what was deleted.

    Raises:
        AwsError: one could not be deleted; those before it are gone.
    """
    deleted = []
    for one in found:
        if one.name:
            world.stacks.withdraw(one.stack, one.name)
        elif not is_deletable(world, one):
            continue
        else:
            world.stacks.delete(one.stack)
            settle(world.stacks, world.clock, one.stack)
        deleted.append(one)
    for key in stale_marks(world):
        world.assets.remove(key)
    return tuple(deleted)


def _in_change_sets(world: World, deployed: Mapping[StackId, DeployedStack]) -> Iterator[Leftover]:
    """Find change sets of commands that are over, and stacks that are nothing else."""
    looked = [
        stack
        for stack in deployed.values()
        if may_be_ours(stack, world.settings.prefix)
        and (state_of(stack.status).exists or stack.status is StackStatus.REVIEW_IN_PROGRESS)
    ]
    listings = side_by_side(lambda stack: world.stacks.change_sets(stack.id), looked)
    for stack, listing in zip(looked, listings, strict=True):
        old = [each for each in listing if each.created_at < world.clock.now() - _AGE]
        over = _over(world, stack, old) if old else []
        if stack.status is not StackStatus.REVIEW_IN_PROGRESS:
            yield from over
        elif over and len(over) == len(listing):
            yield Leftover(
                kind=Kind.UNMADE,
                stack=stack.id,
                created_at=stack.updated_at,
                pipeline=pipeline_name(owner_of(world.settings, stack)),
            )


def _over(world: World, stack: DeployedStack, old: Sequence[ChangeSetName]) -> list[Leftover]:
    """Keep the change sets that whoever made them does not need any more."""
    of_executions = {each.name for each in old if _OF_EXECUTION.fullmatch(each.name)}
    if of_executions:
        of_executions -= _waiting(world, pipeline_name(owner_of(world.settings, stack)))
    return [
        Leftover(kind=Kind.CHANGE_SET, stack=stack.id, name=each.name, created_at=each.created_at)
        for each in old
        if each.name.startswith(_OURS)
        or (each.name in of_executions and not _was_executed(world, stack.id, each.name))
    ]


def _was_executed(world: World, stack: StackId, name: str) -> bool:
    """Whether a change set is not left over, but what the stack was deployed by."""
    found = world.stacks.change_set(stack, name)
    return found is None or found.state is ChangeSetState.EXECUTED


def _waiting(world: World, pipeline: str) -> frozenset[str]:
    """Name the change sets that executions under way may still deploy."""
    executions = world.pipelines.executions(pipeline)
    return frozenset(change_set_name(each.id) for each in executions if not each.status.is_over)
