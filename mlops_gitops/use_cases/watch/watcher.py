"""Watcher: follow a branch, and carry its commits one after the other.

Each turn fetches, makes sure of the lease, and takes the commits after the cursor in order. The
cursor is written once a commit is done with; whoever is killed before that repeats the commit, and
what it started is found and not started again. Nothing is remembered outside of git and AWS.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from string import hexdigits
from typing import TYPE_CHECKING, Any

from mlops_gitops.errors import InvalidRepository, MlopsError, UsageError
from mlops_gitops.ports.watch import Bell, Installations, Journal, Remote, Stopwatch
from mlops_gitops.status.watch import Done, Event, EventKind, Hold, LeaseRecord, lease_key
from mlops_gitops.use_cases.watch.carry import Carried, carry
from mlops_gitops.use_cases.watch.fence import Fence, Stopping
from mlops_gitops.use_cases.watch.lease import Lease, LeaseLost, keep_quietly
from mlops_gitops.use_cases.watch.said import said_of, told_of
from mlops_gitops.use_cases.watch.sweep import Sweep
from mlops_gitops.use_cases.world import World

if TYPE_CHECKING:
    from mlops_gitops.config.settings import Settings

_ATTEMPTS = 5
"""How often a commit is tried while others wait behind it, where only AWS seems to be unwell."""
_FIRST_PAUSE, _LONGEST_PAUSE = 5.0, 300.0
_FIRST_SWEEP = 300.0
_SPREAD = 0.2
_OF_TTL = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Everything around a watcher.

    Attributes:
        open_world: opens the world at a commit; it must not be opened at two commits at once.
        chance: gives a number from 0 to 1, so that not all who wait come back at once.
        sweep: looks for drift; None where that is somebody else's business.
    """

    remote: Remote
    installations: Installations
    open_world: Callable[[str], World]
    bell: Bell
    stopwatch: Stopwatch
    now: Callable[[], datetime]
    chance: Callable[[], float]
    journal: Journal
    sweep: Sweep | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How to watch.

    Attributes:
        holder: name of this watcher, which no other one has.
        interval: seconds between two looks at the remote.
        ttl: seconds after which another watcher may take over from a silent one.
        begin: revision of the first commit to carry, where a person says so; empty for the one
            after the cursor.
        sweep: seconds between two looks for drift.
    """

    branch: str
    holder: str
    interval: float = 60.0
    ttl: float = 300.0
    begin: str = ""
    sweep: float = 3600.0


class Standing(Enum):
    """How a turn ended."""

    DONE = "done"
    AGAIN = "again"
    STANDBY = "standby"
    HELD = "held"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """How a turn ended, and seconds to the next one."""

    standing: Standing
    pause: float
    failure: MlopsError | None = None


class Watcher:
    """One watcher of one branch.

    Attributes:
        lease: None until settings were found that say where it lies.
        code: exit code of the first commit that could not be carried; 0 where all could, None
            where there was none.
        alive_at: reading of the stopwatch at the last sign of life.
    """

    def __init__(self, around: Surroundings, terms: Terms) -> None:
        self._around = around
        self._terms = terms
        self._home: Settings | None = None
        self.lease: Lease | None = None
        self.code: int | None = None
        self.alive_at = around.stopwatch.seconds()
        self._failures = 0
        self._tries: dict[str, int] = {}
        self._retry_at = 0.0
        self._sweep_at = self.alive_at + min(terms.sweep, _FIRST_SWEEP)
        self._hold: tuple[Hold, str] | None = None
        self._standby = False
        self._told: tuple[tuple[EventKind, Mapping[str, Any]], ...] = ()

    def turn(self) -> Turn:
        """Look once, and do what is to be done; a failure is told and is no end.

        Raises:
            Stopping: the watcher was told to end.
        """
        try:
            turn = self._turn()
        except LeaseLost:
            self._tell(EventKind.LOST)
            return Turn(standing=Standing.AGAIN, pause=_FIRST_PAUSE * self._around.chance())
        except MlopsError as failure:
            pause = self._back_off(self._failures)
            self._failures += 1
            self._tell(EventKind.FAILED, **said_of(failure), retry_in=round(pause, 1))
            return Turn(standing=Standing.FAILED, pause=pause, failure=failure)
        if self._failures:
            self._failures = 0
            self._tell(EventKind.RECOVERED)
        return turn

    def rest(self, turn: Turn) -> None:
        """Wait for the next turn, awake enough to keep the lease; a ring ends it at once.

        After a failure nobody is heard: who rings does not know that AWS is unwell.

        Raises:
            Stopping: the watcher was told to end.
        """
        around, slice_ = self._around, self._terms.ttl / _OF_TTL
        end = around.stopwatch.seconds() + turn.pause
        while not around.bell.signal:
            self.alive_at = around.stopwatch.seconds()
            left = end - around.stopwatch.seconds()
            if left <= 0:
                return
            rang = around.bell.wait(min(left, slice_))
            if self.lease is not None:
                keep_quietly(self.lease)
            if rang and turn.standing is not Standing.FAILED:
                return
        raise Stopping

    def end(self) -> None:
        """Give the lease back, so that nobody waits for us."""
        try:
            if self.lease is not None:
                self.lease.give_back()
        except MlopsError as failure:
            self._tell(EventKind.FAILED, **said_of(failure))
        self._tell(EventKind.STOPPED)

    def _turn(self) -> Turn:
        head = self._around.remote.fetch()
        if self.lease is None:
            self.lease = self._find_lease(head)
        lease = self.lease
        if not lease.is_held and not self._lead(lease):
            pause = min(self._terms.interval, self._terms.ttl / 2)
            return Turn(standing=Standing.STANDBY, pause=self._spread(pause))
        lease.keep()
        if not lease.record.cursor and not lease.record.first:
            lease.begin(head)
        todo = self._todo(lease.record, head)
        self._tell(EventKind.FETCHED, head=head, behind=len(todo or ()))
        if todo is None:
            return Turn(standing=Standing.HELD, pause=self._spread(self._terms.interval))
        for commit in todo:
            if ended := self._one(lease, commit):
                return ended
        self._release()
        if not todo:
            self._idle(lease)
        return Turn(standing=Standing.DONE, pause=self._spread(self._terms.interval))

    def _find_lease(self, head: str) -> Lease:
        """Find the assets bucket by the newest settings that can be read, and may be trusted.

        Raises:
            InvalidRepository: there are none on the newest commits of the branch.
        """
        around, refused = self._around, None
        for commit in around.remote.line(head):
            if around.remote.unsigned(commit):
                continue
            try:
                self._home = around.installations.settings(commit)
            except InvalidRepository as error:
                refused = refused or error
                continue
            return Lease(
                around.installations.assets(self._home),
                lease_key(self._terms.branch),
                holder=self._terms.holder,
                ttl=self._terms.ttl,
                stopwatch=around.stopwatch,
                now=around.now,
            )
        raise refused or UsageError(
            f"No commit of {self._terms.branch} has a signature that holds.",
            hint="Sign commits with a key of the allowed signers, or name the right file.",
        )

    def _lead(self, lease: Lease) -> bool:
        if lease.take():
            self._standby = False
            self._tell(EventKind.LEADING, cursor=lease.record.cursor)
            return True
        if not self._standby and lease.leader:
            self._standby = True
            self._tell(EventKind.STANDBY, leader=lease.leader.holder)
        return False

    def _todo(self, record: LeaseRecord, head: str) -> Sequence[str] | None:
        """List the commits to take, oldest first; None where a person has to say so first."""
        remote = self._around.remote
        known = record.cursor or record.first
        after = remote.after(known, head)
        if begin := self._begin(record, head, is_lost=after is None or not record.cursor):
            return begin
        if after is not None and not record.cursor:
            return (record.first, *after)
        if after is None:
            self._say_held(
                Hold.REWRITTEN,
                head,
                cursor=known,
                message=f"The branch was rewritten: {known}, the last commit that is "
                f"known, is not in the history of {head}.",
                next="Nothing is carried until you say where to go on: look at `git log`, end "
                f"the watcher, and start it with --from {head}, or from an earlier commit.",
            )
        return after

    def _begin(self, record: LeaseRecord, head: str, *, is_lost: bool) -> Sequence[str]:
        """List the commits from where a person says; none if nothing is said, or it is done.

        Raises:
            UsageError: the branch has no such commit.
        """
        remote = self._around.remote
        # A name leads elsewhere every day; left in a unit's file it would skip commits.
        is_name = not set(self._terms.begin) <= set(hexdigits)
        if not self._terms.begin or (is_name and not is_lost):
            return ()
        first = remote.commit_at(self._terms.begin)
        rest = remote.after(first, head)
        if rest is None:
            raise UsageError(
                f"--from {self._terms.begin} is no commit of the branch as it is now.",
                hint="Name one that `git log --first-parent` shows.",
            )
        is_past = not is_lost and remote.after(first, record.cursor) is not None
        return () if first == record.accepted or is_past else (first, *rest)

    def _one(self, lease: Lease, commit: str, *, again: bool = False) -> Turn | None:
        """Take one commit; how the turn ends, if nothing may come after it now."""
        if why := self._around.remote.unsigned(commit):
            self._say_held(
                Hold.UNSIGNED,
                commit,
                message=why,
                next="Neither it nor what comes after is carried. Have it signed anew, or end the "
                "watcher and start it with --from and a later commit that is signed.",
            )
            return Turn(standing=Standing.HELD, pause=self._spread(self._terms.interval))
        before = lease.record.cursor
        # Of a history that was rewritten, the commit before may not be there any more.
        known = before if before and self._around.remote.after(before, commit) is not None else ""
        carried = self._carry(lease, commit, known)
        tries = self._tries[commit] = self._tries.get(commit, 0) + 1
        if carried.may_pass and tries < _ATTEMPTS and not again:
            pause = self._back_off(tries - 1)
            self._tell_of(carried, retry_in=round(pause, 1))
            return Turn(standing=Standing.AGAIN, pause=pause)
        if not again or carried.done is not lease.record.done:
            accepted = self._accepted(commit)
            lease.done(commit, carried.done, accepted)
            if accepted:
                self._tell(EventKind.SKIPPED, after=before, commit=commit)
        self._tell_of(carried)
        self.code = self.code or carried.exit_code
        self._tries = {commit: tries}
        self._retry_at = self._around.stopwatch.seconds() + self._back_off(tries)
        return None

    def _accepted(self, commit: str) -> str:
        """Remember that what a person said was done, so that it is not done twice."""
        begin = self._terms.begin
        return commit if begin and self._around.remote.commit_at(begin) == commit else ""

    def _carry(self, lease: Lease, commit: str, before: str) -> Carried:
        around = self._around
        if self._home is None:
            raise LeaseLost
        lease.keep()
        fence = Fence(lambda: self._check(lease))
        begun = around.stopwatch.seconds()
        try:
            carried = carry(
                lambda at: fence.around(around.open_world(at)),
                self._home,
                commit,
                before,
                lambda _workload, _doing: None,
            )
        finally:
            fence.close(LeaseLost())
        return replace(carried, seconds=around.stopwatch.seconds() - begun)

    def _check(self, lease: Lease) -> None:
        self.alive_at = self._around.stopwatch.seconds()
        if self._around.bell.signal:
            raise Stopping
        lease.check()

    def _idle(self, lease: Lease) -> None:
        """Do what is due while no new commit is there."""
        now, record = self._around.stopwatch.seconds(), lease.record
        if record.done is Done.PARTLY and now >= self._retry_at:
            self._one(lease, record.cursor, again=True)
        if self._around.sweep is not None and now >= self._sweep_at:
            self._sweep_at = now + self._terms.sweep
            self._sweep(lease, self._around.sweep)

    def _sweep(self, lease: Lease, sweep: Sweep) -> None:
        """Look for drift from the newest commit that can be read."""
        fence = Fence(lambda: self._check(lease))
        try:
            for commit in self._around.remote.line(lease.record.cursor):
                try:
                    world = fence.around(self._around.open_world(commit))
                except InvalidRepository:
                    continue
                for kind, about in sweep(world):
                    self._tell(kind, commit=commit, **about)
                return
        finally:
            fence.close(LeaseLost())

    def _say_held(self, hold: Hold, commit: str, **about: Any) -> None:
        if self._hold != (hold, commit):
            self._hold = (hold, commit)
            self._tell(EventKind.HELD, why=hold.value, commit=commit, **about)

    def _release(self) -> None:
        if self._hold is not None:
            self._hold = None
            self._tell(EventKind.RELEASED)

    def _tell_of(self, carried: Carried, **about: Any) -> None:
        """Tell what became of a commit; what was told of it just now is not told again."""
        told = tuple(told_of(carried))
        if told != self._told:
            self._told = told
            for kind, said in told:
                took = {"seconds": round(carried.seconds, 1)} if kind is EventKind.CARRIED else {}
                self._tell(kind, **said, **took, **about)

    def _tell(self, kind: EventKind, /, **about: Any) -> None:
        self._around.journal.tell(Event(kind=kind, at=self._around.now(), about=about))

    def _spread(self, seconds: float) -> float:
        return seconds * (1 - _SPREAD / 2 + _SPREAD * self._around.chance())

    def _back_off(self, failures: int) -> float:
        """Wait longer after each failure, and never as long as others do."""
        longest = min(_FIRST_PAUSE * 2.0 ** min(failures, 10), _LONGEST_PAUSE)
        return longest * (0.5 + self._around.chance() / 2)
