"""A watcher looks for drift, and does about it what each stage says."""

import itertools
from typing import Any

import pytest
from builders import ORCHESTRATOR, SINGLE_ACCOUNT
from watching import NAMES, Town, config, live, pipeline_of, town

from mlops_gitops.desired.stack import StackId
from mlops_gitops.errors import HostError
from mlops_gitops.status.watch import EventKind
from mlops_gitops.use_cases.approve import approve, reject, review_approval
from mlops_gitops.use_cases.watch.sweep import Sweep, sweeping
from mlops_gitops.use_cases.watch.watcher import Watcher

NAME = NAMES[0]
HOUR = 3600


def nowhere(_branch: str, _commit: str, _message: str) -> str:
    """Nobody is shown anything."""
    raise AssertionError


def town_that(policy: str) -> Town:
    """Give a town whose only stage says what is done about drift."""
    return town(
        SINGLE_ACCOUNT.replace("approval: none}", f"approval: none, drift: {policy}}}"), [NAME]
    )


def deployed(watched: Town, sweep: Sweep) -> Watcher:
    """Give a watcher that has carried a commit, and let somebody change the endpoint by hand."""
    watched.push(config(NAME))
    watcher = watched.watcher(look=sweep, sweep=HOUR)
    live(watcher, lambda: watched.cursor() == watched.remote.head)
    watched.made.cloud.settle()
    stack = StackId(ORCHESTRATOR, "us-east-1", pipeline_of(watched, NAME))
    watched.made.cloud.live.changed[stack, "Endpoint"] = {"EndpointConfigName": "by-hand"}
    return watcher


def swept(watched: Town, watcher: Watcher, times: int = 1) -> None:
    """Let the watcher live until it has looked for drift."""
    live(watcher, lambda: watched.kinds().count(EventKind.SWEPT) >= times)


def mended(watched: Town) -> list[dict[str, Any]]:
    """Give what was done about drift."""
    return watched.about(EventKind.MENDED)


def test_drift_is_told_and_observed() -> None:
    """Each drift with what changed and what helps; on the bus, too; nothing else is done."""
    watched = town_that("observe")
    watcher = deployed(watched, sweeping(nowhere))

    swept(watched, watcher)

    (told,) = watched.about(EventKind.DRIFT)
    assert told["resource"] == "Endpoint"
    assert told["changes"]
    assert told["next"]
    assert watched.about(EventKind.SWEPT)[0]["drifts"] == {"live": 1}
    assert not mended(watched)


def test_drift_is_put_back_where_the_stage_says_so() -> None:
    """And the next sweep finds nothing."""
    watched = town_that("revert")
    watcher = deployed(watched, sweeping(nowhere))

    swept(watched, watcher)
    watched.made.cloud.settle()
    swept(watched, watcher, times=2)

    (done,) = mended(watched)
    assert done["workload"] == pipeline_of(watched, NAME)
    assert watched.about(EventKind.SWEPT)[-1]["drifts"] == {}


def test_what_people_rejected_is_not_asked_of_them_again() -> None:
    """By no sweep, until something else drifts, or a person asks for it."""
    watched = town(
        SINGLE_ACCOUNT.replace("approval: none}", "approval: manual, drift: revert}"), [NAME]
    )
    watched.push(config(NAME))
    name = pipeline_of(watched, NAME)
    watcher = watched.watcher(look=sweeping(nowhere), sweep=HOUR)
    live(watcher, lambda: watched.cursor() == watched.remote.head)
    watched.made.cloud.settle()
    world = watched.made.world()
    approve(world, review_approval(world, name, "live", None))
    watched.made.cloud.settle()
    stack = StackId(ORCHESTRATOR, "us-east-1", name)
    changed = watched.made.cloud.live.changed
    changed[stack, "Endpoint"] = {"EndpointConfigName": "by-hand"}

    live(watcher, lambda: len(mended(watched)) == 1)
    reject(watched.made.world(), name, "live", "We meant it.")
    live(watcher, lambda: len(mended(watched)) == 3)
    changed[stack, "Model"] = {"EnableNetworkIsolation": True}
    live(watcher, lambda: len(mended(watched)) == 4)

    told = [each["done"] for each in mended(watched)]
    assert told == ["prepared at the gate", "left alone", "left alone", "prepared at the gate"]
    assert mended(watched)[1]["next"] == f"mlops-gitops drift {name} --revert"
    first, *left, second = (each["execution_id"] for each in mended(watched))
    assert left == [first, first] != [second, second]


def test_sweeps_are_as_far_apart_as_was_said() -> None:
    """Not with every look at the remote."""
    watched = town_that("observe")
    watcher = deployed(watched, sweeping(nowhere))
    swept(watched, watcher, times=3)

    times = [each.at.timestamp() for each in watched.told if each.kind is EventKind.SWEPT]
    assert all(later - earlier >= HOUR for earlier, later in itertools.pairwise(times))


def bigger(watched: Town) -> None:
    """Let somebody give the endpoint a bigger instance, which a config can say, too."""
    stack = StackId(ORCHESTRATOR, "us-east-1", pipeline_of(watched, NAME))
    cloud = watched.made.cloud
    template = cloud.stacks.template(stack)
    (variant,) = template["Resources"]["EndpointConfig"]["Properties"]["ProductionVariants"]
    changed = {**variant, "InstanceType": "ml.m5.4xlarge"}
    cloud.live.changed[stack, "EndpointConfig"] = {"ProductionVariants": [changed]}


def test_drift_is_proposed_where_the_stage_says_so() -> None:
    """What is live is written into the config, on a branch that people are shown."""
    watched = town_that("pull-request")
    shown: list[tuple[str, str]] = []

    def publish(branch: str, _commit: str, message: str) -> str:
        shown.append((branch, message))
        return "a pull request"

    watcher = deployed(watched, sweeping(publish))
    bigger(watched)
    live(watcher, lambda: any(each["done"] == "proposed" for each in mended(watched)))

    (proposed,) = [each for each in mended(watched) if each["done"] == "proposed"]
    ((branch, message),) = shown
    assert (proposed["branch"], proposed["where"]) == (branch, "a pull request")
    assert "ml.m5.4xlarge" in message


def test_what_cannot_be_mended_is_told_and_ends_nothing() -> None:
    """A remote that refuses the branch is named; commits are carried on."""
    watched = town_that("pull-request")

    def refused(_branch: str, _commit: str, _message: str) -> str:
        raise HostError("the remote refused", hint="Let the token write.")

    watcher = deployed(watched, sweeping(refused))
    bigger(watched)
    live(watcher, lambda: any(each["done"] == "failed" for each in mended(watched)))
    newest = watched.push(config(NAME, "ml.m5.xlarge"))
    live(watcher, lambda: watched.cursor() == newest)

    (failed,) = [each for each in mended(watched) if each["done"] == "failed"]
    assert (failed["message"], failed["next"]) == ("the remote refused", "Let the token write.")


@pytest.mark.parametrize("commits", [1, 3])
def test_drift_is_looked_for_from_the_newest_commit_that_is_valid(commits: int) -> None:
    """A broken commit at the end is no reason not to look."""
    watched = town_that("observe")
    watcher = deployed(watched, sweeping(nowhere))
    for number in range(commits):
        watched.push({**config(NAME), "typo": number})
    swept(watched, watcher)

    assert len(watched.about(EventKind.DRIFT)) == 1
