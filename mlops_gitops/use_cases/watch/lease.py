"""Lease: of all who watch a branch one leads, and it stops before another one begins.

The lease is one object, written only if it is still the one that was looked at (S3's conditional
writes). Nobody compares clocks: whoever waits takes it once it has seen the same content for the
whole time to live, by its own stopwatch; who holds it stops when two thirds of that time have
passed since it began its last successful write. So clocks may differ as they like; only seconds
have to be equally long, by a third.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from threading import RLock

from mlops_gitops.errors import Blocked, MlopsError
from mlops_gitops.ports import Assets, ObjectVersion
from mlops_gitops.ports.watch import Stopwatch
from mlops_gitops.status.watch import Done, LeaseRecord, lease_json, read_lease

_RENEW, _SAFE = 1 / 3, 2 / 3
_LONGEST_TTL = 3600.0


class LeaseLost(Exception):
    """Another watcher leads, or may do so at any moment: nothing more may be done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The lease as we wrote it, or as we last saw it.

    Attributes:
        since: reading of the stopwatch just before it was written, or when it was first seen.
    """

    version: ObjectVersion
    record: LeaseRecord
    since: float


class Lease:
    """One branch's lease, as one watcher sees it.

    Args:
        assets: the bucket that it lies in.
        key: of its object.
        holder: name of this watcher, which no other one has.
        ttl: seconds after which others may take it if this watcher falls silent.
        stopwatch: tells how long.
        now: gives the time, for people who read the object.
    """

    def __init__(
        self,
        assets: Assets,
        key: str,
        *,
        holder: str,
        ttl: float,
        stopwatch: Stopwatch,
        now: Callable[[], datetime],
    ) -> None:
        self._assets = assets
        self._key = key
        self._holder = holder
        self._ttl = ttl
        self._stopwatch = stopwatch
        self._now = now
        self._lock = RLock()
        self._held: Held | None = None
        self._seen: Held | None = None

    @property
    def is_held(self) -> bool:
        """Whether we lead, as far as we know."""
        return self._held is not None

    @property
    def record(self) -> LeaseRecord:
        """What the lease that we hold says.

        Raises:
            LeaseLost: we do not hold it.
        """
        held = self._held
        if held is None:
            raise LeaseLost
        return held.record

    @property
    def leader(self) -> LeaseRecord | None:
        """What another one's lease said when we last looked; None if we saw none."""
        return self._seen.record if self._seen else None

    def take(self) -> bool:
        """Take the lease if nobody holds it, or whoever does has fallen silent; whether we lead.

        Raises:
            MlopsError: the bucket cannot be reached, or holds something else.
        """
        with self._lock:
            if self._held is not None:
                return True
            begun = self._stopwatch.seconds()
            version = self._assets.latest(self._key)
            found = None if version is None else self._read(version)
            if version is not None and found is not None and self._is_alive(version, found, begun):
                return False
            before = found or self._record(0)
            return self._try(version, replace(before, beat=before.beat + 1), begun)

    def keep(self) -> None:
        """Renew the lease if a third of its time has passed.

        Raises:
            LeaseLost: another one has taken it.
            MlopsError: the bucket was not reached; until the lease is over that is no harm.
        """
        with self._lock:
            held = self._held
            if held and self._stopwatch.seconds() - held.since >= self._ttl * _RENEW:
                self._write(held.record)

    def begin(self, commit: str) -> None:
        """Write down which commit is to be the first, whatever is pushed until it is done.

        Raises:
            LeaseLost: another one has taken the lease.
            MlopsError: the bucket was not reached.
        """
        with self._lock:
            self._write(replace(self.record, first=commit))

    def done(self, commit: str, done: Done, accepted: str = "") -> None:
        """Write down that a commit is done with.

        Raises:
            LeaseLost: another one has taken the lease, so that commit is theirs.
            MlopsError: the bucket was not reached.
        """
        with self._lock:
            before = self.record
            accepted = accepted or before.accepted
            self._write(replace(before, cursor=commit, done=done, accepted=accepted))

    def check(self) -> None:
        """Make sure that we may act.

        Raises:
            LeaseLost: we do not hold the lease, or could not renew it in time.
        """
        held = self._held
        if held is None:
            raise LeaseLost
        if self._stopwatch.seconds() - held.since >= self._ttl * _SAFE:
            self._held = None
            raise LeaseLost

    def give_back(self) -> None:
        """Let whoever waits take over at once; to fail in this only makes them wait.

        Raises:
            MlopsError: the bucket was not reached.
        """
        with self._lock:
            held, self._held = self._held, None
            if held is None:
                return
            given = replace(held.record, holder="", beat=held.record.beat + 1, until=self._now())
            try:
                self._put(held.version, given)
            except Blocked:
                return

    def _is_alive(self, version: ObjectVersion, found: LeaseRecord, now: float) -> bool:
        """Whether somebody else holds it; the first look at a beat begins to count."""
        if found.holder in {"", self._holder}:
            return False
        seen = self._seen
        if seen is None or seen.version.etag != version.etag:
            self._seen = seen = Held(version=version, record=found, since=now)
        return now - seen.since < min(found.ttl, _LONGEST_TTL)

    def _try(self, version: ObjectVersion | None, record: LeaseRecord, begun: float) -> bool:
        mine = self._mine(record)
        try:
            made = self._put(version, mine)
        except Blocked:
            return self._adopt(mine, begun)
        self._held = Held(version=made, record=mine, since=begun)
        return True

    def _write(self, record: LeaseRecord) -> None:
        held, begun = self._held, self._stopwatch.seconds()
        if held is None:
            raise LeaseLost
        mine = self._mine(replace(record, beat=held.record.beat + 1))
        try:
            made = self._put(held.version, mine)
        except Blocked as error:
            if not self._adopt(mine, begun):
                self._held = None
                raise LeaseLost from error
            return
        self._held = Held(version=made, record=mine, since=begun)

    def _adopt(self, mine: LeaseRecord, begun: float) -> bool:
        """Whether a write that seemed to be overtaken was our own, whose answer was lost.

        Or one that we gave up on, and that arrived after all: then the newer one is written over.
        """
        version = self._assets.latest(self._key)
        if version is None or self._read(version).holder != self._holder:
            return False
        if self._read(version) != mine:
            version = self._put(version, mine)
        self._held = Held(version=version, record=mine, since=begun)
        return True

    def _mine(self, record: LeaseRecord) -> LeaseRecord:
        until = self._now() + timedelta(seconds=self._ttl)
        return replace(record, holder=self._holder, ttl=self._ttl, until=until)

    def _record(self, beat: int) -> LeaseRecord:
        return LeaseRecord(holder="", beat=beat, ttl=self._ttl, until=self._now())

    def _read(self, version: ObjectVersion) -> LeaseRecord:
        return read_lease(self._key, self._assets.read(self._key, version.version_id))

    def _put(self, version: ObjectVersion | None, record: LeaseRecord) -> ObjectVersion:
        content = lease_json(record)
        return self._assets.write_after(version, self._key, content, sha256(content).hexdigest())


def keep_quietly(lease: Lease) -> MlopsError | None:
    """Renew a lease beside the work; who works finds out by itself when it is lost."""
    try:
        lease.keep()
    except LeaseLost:
        return None
    except MlopsError as failure:
        return failure
    return None
