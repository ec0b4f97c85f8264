"""Holds as they are now: one listing, and one read for each of the few that there are."""

from mlops_gitops.errors import AwsError
from mlops_gitops.pipeline.holds import FOLDER, Hold, Holds, held_at, read_hold
from mlops_gitops.use_cases.side_by_side import side_by_side
from mlops_gitops.use_cases.world import World

_GONE = {"NoSuchKey", "NoSuchVersion"}


def read_holds(world: World) -> Holds:
    """Read everything that is held; what has ended by itself is left out.

    Raises:
        AwsError: the bucket cannot be read, so nobody knows what is held.
    """
    keys = world.assets.listed(FOLDER)
    found = side_by_side(lambda key: _read(world, key), keys)
    return held_at(world.clock.now(), tuple(each for each in found if each is not None))


def _read(world: World, key: str) -> Hold | None:
    """Read one hold; None if somebody has ended it since it was listed."""
    newest = world.assets.latest(key)
    if newest is None:
        return None
    try:
        return read_hold(key, world.assets.read(key, newest.version_id))
    except AwsError as error:
        if error.code in _GONE:
            return None
        raise
