"""Garbage collection: find and delete what plans left behind that were killed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from mlops_gitops.desired.names import INSTALLATION_TAG
from mlops_gitops.desired.stack import StackId
from mlops_gitops.diff.deployed import DeployedStack
from mlops_gitops.diff.states import state_of
from mlops_gitops.use_cases.ask import OURS
from mlops_gitops.use_cases.read_stacks import read_deployed
from mlops_gitops.use_cases.side_by_side import side_by_side
from mlops_gitops.use_cases.world import World

_AGE = timedelta(hours=1)
"""A plan that is still under way is younger: it waits five minutes for an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """A change set that a plan made and did not delete."""

    stack: StackId
    name: str
    created_at: datetime


def leftovers(world: World) -> tuple[Leftover, ...]:
    """Find what plans left in any account, oldest first; what is younger than an hour is left out.

    Raises:
        AwsError: something could not be listed.
    """
    stacks = [
        stack.id
        for stack in read_deployed(world).values()
        if _may_be_ours(stack, world.settings.prefix) and state_of(stack.status).exists
    ]
    oldest = world.clock.now() - _AGE
    return tuple(
        sorted(
            (
                Leftover(stack=id_, name=each.name, created_at=each.created_at)
                for id_, found in zip(
                    stacks, side_by_side(world.stacks.change_sets, stacks), strict=True
                )
                for each in found
                if each.name.startswith(OURS) and each.created_at < oldest
            ),
            key=lambda one: (one.created_at, one.stack, one.name),
        )
    )


def _may_be_ours(stack: DeployedStack, prefix: str) -> bool:
    """Whether a plan of this installation could have asked about a stack.

    A stack of the predecessor has no tag yet; that of an installation whose prefix begins like
    ours has another.
    """
    installation = stack.tags.get(INSTALLATION_TAG, prefix)
    return stack.id.name.startswith(f"{prefix}-") and installation == prefix


def collect(world: World, found: Iterable[Leftover]) -> None:
    """Delete leftovers.

    Raises:
        AwsError: one could not be deleted; those before it are gone.
    """
    for one in found:
        world.stacks.withdraw(one.stack, one.name)
