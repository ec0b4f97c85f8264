"""Holds as they are now: one listing, and one read for each of the few that there are."""

from mlops_gitops.errors import AwsError, Blocked
from mlops_gitops.pipeline.held import suspension
from mlops_gitops.pipeline.holds import FOLDER, Hold, Holds, concerns, held_at, read_hold
from mlops_gitops.use_cases.side_by_side import side_by_side
from mlops_gitops.use_cases.world import World

_GONE = {"NoSuchKey", "NoSuchVersion"}


def read_holds(world: World, workload: str = "") -> Holds:
    """Read everything that is held; what has ended by itself is left out.

    Args:
        world: AWS.
        workload: full name of one, where only what concerns that one is wanted.

    Raises:
        AwsError: the bucket cannot be read, so nobody knows what is held.
    """
    keys = [key for key in world.assets.listed(FOLDER) if not workload or concerns(key, workload)]
    found = side_by_side(lambda key: _read(world, key), keys)
    return held_at(world.clock.now(), tuple(each for each in found if each is not None))


def refuse_held(world: World, workload: str, stage: str, digest: str) -> None:
    """Refuse to let something into a stage that is held.

    Args:
        world: AWS.
        workload: full name.
        stage: ours.
        digest: of the bundle.

    Raises:
        Blocked: with who, why, until when, and the command that ends it.
    """
    holds = read_holds(world, workload)
    held = holds.refusal(workload, digest) or holds.of_workload(workload) or holds.of_stage(stage)
    if held is not None:
        raise Blocked(held.why, hint=held.hint)


def refuse_start(world: World, workload: str, digest: str) -> None:
    """Refuse to begin with a bundle that is refused, or with a workload that is suspended.

    Raises:
        Blocked: with who, why, until when, and the command that ends it.
    """
    holds = read_holds(world, workload)
    held = holds.refusal(workload, digest) or suspension(world.settings, holds, workload)
    if held is not None:
        raise Blocked(held.why, hint=held.hint)


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
