"""Drop: a config that was put into a bucket, deployed in the version that was put there.

S3 tells of an object at least once, and not in order. So only the newest version is deployed, and
whoever has deployed one looks once more: of two at a time, the last to finish deploys the newest.
What is deployed already is started by nobody twice.
"""

from dataclasses import dataclass
from enum import Enum

from mlops_gitops.ports.doors import Drops
from mlops_gitops.use_cases.entrance import CONFIG, Accepted, Entrance, Submitter, carry, judge


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """One version of an object, as an event tells of it.

    Attributes:
        version: empty where the bucket keeps none.
        by: principal, as S3 names it.
    """

    bucket: str
    key: str
    version: str
    by: str


class Ignored(Enum):
    """Why an object is left alone."""

    OTHER_BUCKET = "it is in another bucket than the settings name"
    OTHER_NAME = f"it is not called {CONFIG}"
    GONE = "it was deleted since"
    OLDER = "a newer version is there, and that one is deployed"


def take(entrance: Entrance, drops: Drops, dropped: Dropped) -> tuple[Accepted, ...] | Ignored:
    """Deploy an object; give what became of each version, or why it is left alone.

    Raises:
        InvalidRepository: what it says has errors.
        MlopsError: it cannot be deployed, or not now.
    """
    if dropped.bucket != entrance.settings.drop_bucket:
        return Ignored.OTHER_BUCKET
    if dropped.key.rsplit("/", 1)[-1] != CONFIG:
        return Ignored.OTHER_NAME
    newest = drops.newest(dropped.key)
    if newest is None:
        return Ignored.GONE
    if dropped.version not in {newest, ""}:
        return Ignored.OLDER
    done, accepted = "", []
    while newest is not None and newest != done:
        accepted.append(_deploy(entrance, drops, dropped, newest))
        done, newest = newest, drops.newest(dropped.key)
    return tuple(each for each in accepted if each is not None)


def _deploy(entrance: Entrance, drops: Drops, dropped: Dropped, version: str) -> Accepted | None:
    content = drops.read(dropped.key, version)
    if content is None:
        return None
    config = judge(entrance, dropped.key, content)
    return carry(entrance, config, Submitter(door="drop", name=dropped.by))
