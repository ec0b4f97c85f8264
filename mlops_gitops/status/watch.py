"""Watching a branch: what the lease remembers, what becomes of a commit, and what is told."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from mlops_gitops.errors import MlopsError


class Done(Enum):
    """What became of a commit."""

    CARRIED = "carried"
    """Every workload that it changes is on its way, or there already."""
    PARTLY = "partly"
    """Some workload could not be started; while there is no newer commit, it is tried again."""
    REFUSED = "refused"
    """Nothing of it was acted on, and nothing will be: it does not validate."""


class Hold(Enum):
    """Why nothing more of a branch is acted on until a person says so."""

    REWRITTEN = "rewritten"
    UNSIGNED = "unsigned"


class EventKind(Enum):
    """What a watcher tells, one line each."""

    STARTED = "started"
    LEADING = "leading"
    STANDBY = "standby"
    LOST = "lost"
    FETCHED = "fetched"
    CARRIED = "carried"
    WORKLOAD = "workload"
    REFUSED = "refused"
    SKIPPED = "skipped"
    HELD = "held"
    RELEASED = "released"
    FAILED = "failed"
    RECOVERED = "recovered"
    SWEPT = "swept"
    DRIFT = "drift"
    MENDED = "mended"
    WEBHOOK = "webhook"
    WEBHOOK_REFUSED = "webhook refused"
    STOPPED = "stopped"


class Level(Enum):
    """How loud an event is."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


_LOUD = {
    EventKind.LOST: Level.WARNING,
    EventKind.WEBHOOK_REFUSED: Level.WARNING,
    EventKind.DRIFT: Level.WARNING,
    EventKind.REFUSED: Level.ERROR,
    EventKind.HELD: Level.ERROR,
    EventKind.FAILED: Level.ERROR,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened.

    Attributes:
        about: further facts by their names, as they are logged.
    """

    kind: EventKind
    at: datetime
    about: Mapping[str, Any] = field(default_factory=dict)

    @property
    def level(self) -> Level:
        """How loud it is; a workload that could not be started is as loud as a failure."""
        if self.kind is EventKind.WORKLOAD and "message" in self.about:
            return Level.ERROR
        return _LOUD.get(self.kind, Level.INFO)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseRecord:
    """What the lease's object says.

    Attributes:
        holder: who leads; empty where the lease was given back.
        beat: rises with every write, so that no two writes have the same content.
        ttl: seconds without a new beat after which another one may take it.
        until: the same by the holder's clock, for people; nobody compares it with another clock.
        cursor: full id of the last commit that is done with; empty before the first.
        done: what became of that commit.
        accepted: the revision of `--from` that was honoured last, so that none is twice.
        first: where there is no cursor yet, full id of the commit to begin with.
    """

    holder: str
    beat: int
    ttl: float
    until: datetime
    cursor: str = ""
    done: Done = Done.CARRIED
    accepted: str = ""
    first: str = ""


def lease_key(branch: str) -> str:
    """Name the object that holds a branch's lease."""
    return f"mlops_gitops_watch/{branch}.json"


def lease_json(record: LeaseRecord) -> bytes:
    """Write a lease down."""
    written = {
        "version": 1,
        "holder": record.holder,
        "beat": record.beat,
        "ttl": record.ttl,
        "until": record.until.isoformat(),
        "cursor": record.cursor,
        "done": record.done.value,
        "accepted": record.accepted,
        "first": record.first,
    }
    return json.dumps(written, indent=2).encode()


def read_lease(key: str, content: bytes) -> LeaseRecord:
    """Read a lease.

    Raises:
        MlopsError: the object says something else.
    """
    try:
        return _record(json.loads(content))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise MlopsError(
            f"{key} in the assets bucket is no lease of this version of mlops-gitops.",
            hint="If no newer version watches this branch, delete the object. Then name where "
            "to begin: `mlops-gitops watch ... --from REV`.",
        ) from error


def _record(said: Any) -> LeaseRecord:
    if said["version"] != 1:
        raise ValueError(said["version"])
    return LeaseRecord(
        holder=str(said["holder"]),
        beat=int(said["beat"]),
        ttl=float(said["ttl"]),
        until=datetime.fromisoformat(said["until"]),
        cursor=str(said["cursor"]),
        done=Done(said["done"]),
        accepted=str(said.get("accepted", "")),
        first=str(said.get("first", "")),
    )
