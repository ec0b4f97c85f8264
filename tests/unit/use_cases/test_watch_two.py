"""Of two watchers one leads, and both together do what one would."""

import random
from functools import cache

import pytest
from watching import LEASE, Life, Town, live, push_history, town

from mlops_gitops.status.watch import EventKind
from mlops_gitops.use_cases.watch.watcher import Standing

COMMITS = 12


@cache
def alone() -> dict[str, list[tuple[str, str]]]:
    """Say what each pipeline runs where one watcher carries a history."""
    watched, pushed = begun()
    live(watched.watcher("alone"), lambda: watched.cursor() == pushed[-1])
    watched.made.cloud.settle()
    return watched.carried()


def begun() -> tuple[Town, list[str]]:
    """Give a town whose first commit is carried, and the commits after it pushed."""
    watched = town()
    pushed = push_history(watched, COMMITS, seed=3)
    watched.remote.head = pushed[0]
    first = watched.watcher("first")
    live(first, lambda: watched.cursor() == pushed[0])
    first.end()
    watched.made.cloud.settle()
    watched.remote.head = pushed[-1]
    return watched, pushed


def test_two_at_once_reach_what_one_does() -> None:
    """Whoever comes second stands by, and what is carried is carried once."""
    watched, pushed = begun()
    chance = random.Random(1)  # noqa: S311 - an order, no secret
    both = [watched.watcher("left"), watched.watcher("right")]
    standings = set()
    watched.remote.head = pushed[1]
    for number in range(2 * COMMITS):
        watched.remote.head = pushed[min(number // 2 + 1, COMMITS - 1)]
        one = chance.choice(both)
        turn = one.turn()
        standings.add(turn.standing)
        watched.made.cloud.clock.sleep(30)
    live(one, lambda: watched.cursor() == pushed[-1])
    watched.made.cloud.settle()

    assert standings == {Standing.DONE, Standing.STANDBY}
    assert watched.cursor() == pushed[-1]
    assert watched.carried() == alone()


@pytest.mark.parametrize("call", range(1, 62, 4))
def test_one_that_sleeps_too_long_finds_another_in_its_place(call: int) -> None:
    """Asleep at a call until another has done everything: it does nothing more, nothing twice."""
    watched, pushed = begun()
    other = watched.watcher("other")

    def meanwhile() -> None:
        live(other, lambda: watched.cursor() == pushed[-1])

    life = Life(asleep_at=call, meanwhile=meanwhile)
    sleeper = watched.watcher("sleeper", life=life)
    for _ in range(2):
        sleeper.rest(sleeper.turn())
    calls = life.calls
    watched.made.cloud.settle()

    assert calls >= call
    assert watched.cursor() == pushed[-1]
    assert watched.carried() == alone()


def test_who_comes_second_waits_until_the_first_falls_silent() -> None:
    """A lease is taken over once nothing was heard for its time to live, and not before."""
    watched, _pushed = begun()
    first, second = watched.watcher("first", ttl=100), watched.watcher("second", ttl=100)
    first.turn()

    assert second.turn().standing is Standing.STANDBY
    watched.made.cloud.clock.sleep(99)
    assert second.turn().standing is Standing.STANDBY
    watched.made.cloud.clock.sleep(2)
    assert second.turn().standing is Standing.DONE
    assert first.turn().standing is Standing.AGAIN
    assert EventKind.LOST in watched.kinds()
    assert first.turn().standing is Standing.STANDBY


def test_a_lease_that_was_given_back_is_taken_at_once() -> None:
    """Nobody waits for a watcher that was told to end."""
    watched, _pushed = begun()
    first = watched.watcher("one")
    first.turn()
    first.end()

    assert watched.watcher("two").turn().standing is Standing.DONE


def test_the_same_watcher_comes_back_at_once() -> None:
    """Who is started again under the same name need not wait for itself."""
    watched, _pushed = begun()
    watched.watcher("one").turn()

    assert watched.watcher("one").turn().standing is Standing.DONE


def test_something_else_in_the_place_of_the_lease_is_named() -> None:
    """Nobody leads where the object cannot be read; the hint says what to do."""
    watched, _pushed = begun()
    watched.made.cloud.assets.write(LEASE, b'{"version": 2}', "")

    turn = watched.watcher("one").turn()

    assert turn.failure
    assert LEASE in turn.failure.message
    assert "--from" in turn.failure.hint
