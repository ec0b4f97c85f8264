"""Read stacks: what is deployed of an installation, or of a part of it."""

from collections import Counter
from collections.abc import Iterator, Sequence

from mlops_gitops.desired.names import delivery_stack, stage_stack, workload_stack
from mlops_gitops.desired.stack import DesiredStack, StackId
from mlops_gitops.diff.deployed import DeployedStack
from mlops_gitops.use_cases.side_by_side import side_by_side
from mlops_gitops.use_cases.world import World

_FEW = 10
"""Stacks of one account that are read singly: a page lists a hundred, and nobody knows how many
pages there are."""


def read_deployed(world: World) -> dict[StackId, DeployedStack]:
    """Read every stack of every stage's account, one listing an account."""
    found = side_by_side(world.stacks.overview, world.settings.accounts)
    return {stack.id: stack for stacks in found for stack in stacks}


def read_part(world: World, stacks: Sequence[DesiredStack]) -> dict[StackId, DeployedStack]:
    """Read some stacks, and those that the touched files declared before; no others.

    A few in an account are asked for one by one, more are listed with all that is there.
    """
    wanted = {stack.id for stack in stacks} | set(_former(world))
    accounts = Counter(id_.account for id_ in wanted)
    many = sorted(account for account, count in accounts.items() if count > _FEW)
    singly = sorted(id_ for id_ in wanted if id_.account not in many)
    found = [stack for page in side_by_side(world.stacks.overview, many) for stack in page]
    found += [stack for stack in side_by_side(world.stacks.find, singly) if stack is not None]
    return {stack.id: stack for stack in found if stack.id in wanted}


def _former(world: World) -> Iterator[StackId]:
    """Name every stack that could be there of what the touched files declared before."""
    settings = world.settings
    for config in world.repository.former:
        name = workload_stack(settings, config)
        yield from (stage_stack(settings, name, stage) for stage in settings.places)
        yield StackId(settings.orchestrator_account, settings.region, delivery_stack(name))
