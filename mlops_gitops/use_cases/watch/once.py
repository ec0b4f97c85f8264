"""How long to watch: for ever, or until nothing is left to do."""

from typing import NoReturn

from mlops_gitops.errors import Blocked, InvalidRepository
from mlops_gitops.status.watch import Done, LeaseRecord
from mlops_gitops.use_cases.watch.watcher import Standing, Watcher


def for_ever(watcher: Watcher) -> NoReturn:
    """Turn and rest, until told to end.

    Raises:
        Stopping: the watcher was told to end.
    """
    while True:
        watcher.rest(watcher.turn())


def once(watcher: Watcher) -> int:
    """Turn until nothing is left to do; give the exit code.

    0 if every commit was carried, else that of the first failure; 4 where a person has to say how
    to go on, or where another watcher leads, which is known when its lease is renewed meanwhile.

    Raises:
        Stopping: the watcher was told to end.
    """
    first: LeaseRecord | None = None
    while True:
        turn = watcher.turn()
        if turn.standing is Standing.DONE:
            return _code(watcher)
        if turn.standing is Standing.HELD:
            return Blocked.exit_code
        if turn.failure is not None:
            return turn.failure.exit_code
        leader = watcher.lease.leader if watcher.lease else None
        if turn.standing is Standing.STANDBY and leader is not None:
            first = first or leader
            if leader != first:
                return Blocked.exit_code
        watcher.rest(turn)


def _code(watcher: Watcher) -> int:
    """Give the first failure's code; where nothing was new, what became of the newest commit."""
    if watcher.code is not None:
        return watcher.code
    refused = watcher.lease is not None and watcher.lease.record.done is Done.REFUSED
    return InvalidRepository.exit_code if refused else 0
