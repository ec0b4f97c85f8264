"""A watcher may die at any moment: the next one goes on, and nothing is done twice."""

import random

import pytest
from watching import NAMES, Killed, Life, Town, live, push_history, town

from mlops_gitops.ports import StackResource

KILLS = 100
COMMITS = 50
MOST_CALLS = 90
"""A life of so many calls carries about a commit, so most lives end within one."""
BROKEN = StackResource(
    logical_id="Endpoint",
    resource_type="AWS::SageMaker::Endpoint",
    status="UPDATE_FAILED",
    reason="no capacity",
)


def begun(seed: int) -> tuple[Town, list[str]]:
    """Give a town whose first commit is carried, and a history to go on with."""
    watched = town()
    pushed = push_history(watched, COMMITS, seed)
    watched.remote.head = pushed[0]
    live(watched.watcher("first"), lambda: watched.cursor() == pushed[0])
    watched.made.cloud.settle()
    return watched, pushed


def finished(watched: Town, pushed: list[str]) -> dict[str, list[tuple[str, str]]]:
    """Have a watcher carry what is left; say what each pipeline ran."""
    watched.remote.head = pushed[-1]
    live(watched.watcher("last"), lambda: watched.cursor() == pushed[-1])
    watched.made.cloud.settle()
    return watched.carried()


def killed(watched: Town, pushed: list[str], seed: int) -> int:
    """Let watchers die while commits come in; say how many died with commits left to carry."""
    chance = random.Random(seed)  # noqa: S311 - a history, no secret
    in_work = 0
    for number in range(KILLS):
        watched.remote.head = pushed[min(number * COMMITS // KILLS + 1, COMMITS - 1)]
        life = Life(end=chance.randint(1, MOST_CALLS), after=chance.random() < 0.5)
        with pytest.raises(Killed):
            live(watched.watcher(f"life {number}", life=life), lambda: False)
        in_work += watched.cursor() != watched.remote.head
    return in_work


def test_a_watcher_killed_a_hundred_times_reaches_every_state_once_and_in_order() -> None:
    """Killed before or after any call, 100 times in 50 commits: none is lost, none is repeated."""
    watched, pushed = begun(seed=1)

    assert killed(watched, pushed, seed=1) > KILLS / 4
    assert finished(watched, pushed) == finished(*begun(seed=1))


def test_what_failed_is_not_repeated_by_those_who_come_after() -> None:
    """Where every deployment of a workload fails, each of its commits fails once, in order."""
    watched, pushed = begun(seed=2)
    watched.made.cloud.stacks.broken[f"mlops-pipeline-{NAMES[0]}-byompipelinerealtimebuiltin"] = (
        BROKEN
    )

    killed(watched, pushed, seed=2)
    ran = finished(watched, pushed)

    failed = [commit for runs in ran.values() for commit, end in runs if end == "Failed"]
    assert len(failed) > COMMITS / 10
    for runs in ran.values():
        places = [pushed.index(commit) for commit, _ in runs]
        assert places == sorted(set(places))
