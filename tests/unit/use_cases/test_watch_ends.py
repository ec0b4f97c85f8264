"""When a watcher ends, rests and wakes, and what its lease says."""

import json
from typing import Any

import pytest
from watching import NAMES, Killed, Life, Town, config, live, times, town

from mlops_gitops.status.watch import EventKind, lease_json, read_lease
from mlops_gitops.use_cases.watch.fence import Stopping
from mlops_gitops.use_cases.watch.once import for_ever, once
from mlops_gitops.use_cases.watch.watcher import Standing

NAME = NAMES[0]


def one(**declared: Any) -> dict[str, Any]:
    """Declare the only workload."""
    return {**config(NAME), **declared}


@pytest.fixture
def watched() -> Town:
    """Give a town with one workload."""
    return town(names=[NAME])


@pytest.mark.parametrize("calls", range(11, 30, 4))
def test_the_first_commit_is_not_lost_with_the_first_watcher(watched: Town, calls: int) -> None:
    """Where it began is written down first, whatever is pushed by the time it is back."""
    first = watched.push(one())
    with pytest.raises(Killed):
        live(watched.watcher(life=Life(end=calls)), lambda: False)
    second = watched.push(one(inference_instance="ml.m5.xlarge"))
    live(watched.watcher(), lambda: watched.cursor() == second)

    assert times(watched) == {first: 1, second: 1}


class Stopped:
    """A bell that tells the watcher to end after some waits."""

    def __init__(self, watched: Town, waits: int) -> None:
        self._watched, self._waits = watched, waits
        self.signal = 0

    def stop(self) -> None:
        """Tell the watcher to end."""
        self.signal = 15

    def wait(self, seconds: float) -> bool:
        """Wait, and be told to end in the end."""
        self._waits -= 1
        if self._waits <= 0:
            self.stop()
        return self._watched.wait(seconds)


def test_told_to_end_it_makes_no_further_call_and_gives_the_lease_back(watched: Town) -> None:
    """It ends at the next call, in a commit or between two, and nobody waits for it."""
    watched.push(one())
    bell = Stopped(watched, waits=9)
    life = Life(asleep_at=25, meanwhile=bell.stop)
    watcher = watched.watcher("one", life=life, bell=bell)

    with pytest.raises(Stopping):
        for_ever(watcher)
    calls = life.calls
    watcher.end()

    assert calls == 25
    assert watched.kinds()[-1] is EventKind.STOPPED
    assert watched.watcher("two").turn().standing is not Standing.STANDBY


def test_once_ends_with_the_code_of_what_it_found(watched: Town) -> None:
    """0 where all is carried, 3 where a commit does not validate, 1 where git fails."""
    watched.push(one())
    assert once(watched.watcher()) == 0
    watched.push(one(typo=1))
    assert once(watched.watcher()) == 3
    assert once(watched.watcher()) == 3
    watched.remote.broken = "no route to host"
    assert once(watched.watcher()) == 1


def test_once_does_not_wait_for_a_leader_that_lives(watched: Town) -> None:
    """It ends with 4 as soon as it sees the lease renewed, and leads where it is not."""
    watched.push(one())
    leader = watched.watcher("leader", ttl=30)
    leader.turn()
    rests = watched.wait

    def wait(seconds: float) -> bool:
        assert leader.lease
        leader.lease.keep()
        return rests(seconds)

    bell = Stopped(watched, waits=999)
    bell.wait = wait  # type: ignore[method-assign]  # while time passes, the leader lives
    assert once(watched.watcher("once", ttl=30, bell=bell)) == 4
    assert once(watched.watcher("once", ttl=30)) == 0


def test_a_ring_ends_the_rest_at_once(watched: Town) -> None:
    """A commit is looked for when a webhook says so, not at the end of the interval."""
    watched.push(one())
    watcher = watched.watcher(interval=3600)
    turn = watcher.turn()
    before = watched.seconds()
    watched.rings = 1
    watcher.rest(turn)

    assert watched.seconds() - before <= 60


def test_a_lease_says_who_leads_until_when(watched: Town) -> None:
    """Whoever opens the object sees holder, time and commit; it reads back as it was written."""
    watched.push(one())
    watched.watcher("here").turn()
    assets = watched.made.cloud.assets
    version = assets.latest("mlops_gitops_watch/main.json")
    assert version
    content = assets.read("mlops_gitops_watch/main.json", version.version_id)
    said = json.loads(content)

    assert (said["holder"], said["cursor"]) == ("here", watched.remote.head)
    assert lease_json(read_lease("x", content)) == content


def test_a_branch_without_a_commit_is_waited_for(watched: Town) -> None:
    """Somebody may push to it yet."""
    watcher = watched.watcher()
    assert watcher.turn().standing is Standing.FAILED
    watched.push(one())
    assert watcher.turn().standing is Standing.DONE
