"""What a watcher does with the commits of a branch, and what it tells."""

from typing import Any

import pytest
from builders import SETTINGS, repository
from watching import NAMES, SIZES, Life, Town, config, live, pipeline_of, times, town

from mlops_gitops.errors import AwsError, NotAuthorized
from mlops_gitops.ports import StackResource
from mlops_gitops.status.watch import EventKind
from mlops_gitops.use_cases.suspend import Subject, resume, suspend
from mlops_gitops.use_cases.watch.once import once
from mlops_gitops.use_cases.watch.watcher import Standing, Watcher

NAME = NAMES[0]


def one(**declared: Any) -> dict[str, Any]:
    """Declare the only workload."""
    return {**config(NAME), **declared}


@pytest.fixture
def watched() -> Town:
    """Give a town with one workload."""
    return town(names=[NAME])


def caught_up(watched: Town, watcher: Watcher) -> None:
    """Let a watcher carry what there is, and the cloud deploy it."""
    live(watcher, lambda: watched.cursor() == watched.remote.head)
    watched.made.cloud.settle()


def test_without_a_cursor_the_newest_commit_is_the_first(watched: Town) -> None:
    """Commits from before a branch was watched are nobody's business."""
    for size in SIZES:
        watched.push(one(inference_instance=size))

    caught_up(watched, watched.watcher())

    assert times(watched) == {watched.remote.head: 1}


def test_a_first_commit_can_be_named(watched: Town) -> None:
    """From there on all are carried, in order, and naming it again changes nothing."""
    pushed = [watched.push(one(inference_instance=size)) for size in SIZES]

    caught_up(watched, watched.watcher(begin=pushed[1][:8]))
    caught_up(watched, watched.watcher(begin=pushed[1][:8]))

    (ran,) = watched.carried().values()
    assert [commit for commit, _ in ran] == pushed[1:]


def test_what_does_not_validate_is_named_and_passed_over(watched: Town) -> None:
    """Nothing of such a commit is acted on; the one after it is carried."""
    watcher = watched.watcher()
    watched.push(one())
    caught_up(watched, watcher)
    bad = watched.push(one(inference_instance="ml.m5.xlarge", typo=1))
    caught_up(watched, watcher)
    assert times(watched)[bad] == 0
    good = watched.push(one(inference_instance="ml.m5.xlarge"))
    caught_up(watched, watcher)

    (refused,) = watched.about(EventKind.REFUSED)
    assert refused["commit"] == bad
    assert "MG020" in refused["problems"][0]
    assert times(watched)[good] == 1


def test_settings_that_lead_elsewhere_are_refused(watched: Town) -> None:
    """A commit that names another bucket is not carried: its lease would lie there."""
    watcher = watched.watcher()
    watched.push(one())
    caught_up(watched, watcher)
    other = watched.made.files["mlops-gitops.yaml"].replace(b"acme-mlops-assets", b"elsewhere")
    watched.remote.push({**repository(one()), "mlops-gitops.yaml": other})
    live(watcher, lambda: watched.cursor() == watched.remote.head)

    (refused,) = watched.about(EventKind.REFUSED)
    assert "another installation" in refused["message"]


def test_a_lease_is_found_although_the_newest_settings_are_broken(watched: Town) -> None:
    """The newest that can be read say where it lies; the broken commit is refused."""
    good = watched.push(one())
    broken = watched.remote.push({"mlops-gitops.yaml": b"version: 7\n"})

    live(watched.watcher(), lambda: watched.cursor() == broken)

    assert good in watched.remote.line(broken)
    assert watched.kinds() == [EventKind.LEADING, EventKind.REFUSED]


def test_a_rewritten_branch_is_left_alone_until_a_person_says_where_to_go_on(
    watched: Town,
) -> None:
    """It is named once, nothing is carried, and --from goes on once."""
    watcher = watched.watcher()
    watched.push(one())
    caught_up(watched, watcher)
    watched.push(one(inference_instance=SIZES[1]))
    caught_up(watched, watcher)
    new = watched.push(one(inference_instance=SIZES[2]), parents=())

    assert [watcher.turn().standing for _ in range(3)] == [Standing.HELD] * 3
    (held,) = watched.about(EventKind.HELD)
    assert held["why"] == "rewritten"
    assert f"--from {new}" in held["next"]
    assert once(watcher) == 4

    caught_up(watched, watched.watcher(begin=new))
    assert times(watched)[new] == 1
    again = watched.push(one(inference_instance=SIZES[0]), parents=())
    assert watched.watcher(begin=new).turn().failure
    assert times(watched)[again] == 0


def test_a_branch_that_is_mended_is_followed_again(watched: Town) -> None:
    """Whoever pushes the old history back need tell nobody."""
    watcher = watched.watcher()
    old = watched.push(one())
    caught_up(watched, watcher)
    watched.push(one(inference_instance=SIZES[1]), parents=())
    watcher.turn()
    watched.remote.head = old

    assert watcher.turn().standing is Standing.DONE
    assert watched.kinds()[-2:] == [EventKind.HELD, EventKind.RELEASED]


def test_a_merge_is_carried_and_not_what_it_brings_along(watched: Town) -> None:
    """States that the branch was never in are made by nobody, even if a merge is turned round."""
    watcher = watched.watcher()
    base = watched.push(one())
    caught_up(watched, watcher)
    side = watched.push(one(inference_instance=SIZES[1]), parents=[base])
    watched.remote.head = base
    ours = watched.push(one(inference_instance=SIZES[2]))
    caught_up(watched, watcher)
    merge = watched.push(one(inference_instance=SIZES[1]), parents=[side, ours])
    caught_up(watched, watcher)

    assert times(watched) == {base: 1, ours: 1, merge: 1}


def test_an_unsigned_commit_stops_everything_after_it(watched: Town) -> None:
    """It is named, and what comes after it is not carried, though it is signed."""
    watched.remote.wants_signatures = True
    watcher = watched.watcher()
    first = watched.push(one())
    caught_up(watched, watcher)
    unsigned = watched.push(one(inference_instance=SIZES[1]), is_signed=False)
    signed = watched.push(one(inference_instance=SIZES[2]))

    assert watcher.turn().standing is Standing.HELD
    assert watched.cursor() == first
    (held,) = watched.about(EventKind.HELD)
    assert (held["why"], held["commit"]) == ("unsigned", unsigned)
    caught_up(watched, watched.watcher(begin=signed))
    assert times(watched) == {first: 1, signed: 1}


def test_where_nobody_signed_nothing_begins(watched: Town) -> None:
    """Not even the settings of an unsigned commit are believed."""
    watched.remote.wants_signatures = True
    watched.push(one(), is_signed=False)

    assert watched.watcher().turn().standing is Standing.FAILED
    assert watched.made.cloud.assets.latest("mlops_gitops_watch/main.json") is None


def test_a_remote_that_is_away_is_waited_for_ever_longer(watched: Town) -> None:
    """Each failure says what to do and when it is tried again; afterwards all is well."""
    watched.push(one())
    watched.remote.broken = "no route to host"
    watcher = watched.watcher()

    pauses = [watcher.turn().pause for _ in range(9)]
    watched.remote.broken = ""
    caught_up(watched, watcher)

    assert pauses == sorted(pauses)
    assert pauses[0] < 10
    assert 100 < pauses[-1] <= 300
    assert watched.kinds()[:2] == [EventKind.FAILED, EventKind.FAILED]
    assert EventKind.RECOVERED in watched.kinds()


class Refusing:
    """A port of which some calls fail, as often as is said."""

    def __init__(self, port: Any, name: str, failure: Exception, times: int) -> None:
        self._port, self._name, self._failure, self.left = port, name, failure, times

    def __getattr__(self, name: str) -> Any:
        if name == self._name and self.left > 0:
            self.left -= 1
            raise self._failure
        return getattr(self._port, name)


def test_a_workload_that_aws_fails_is_tried_again_before_the_next_commit(watched: Town) -> None:
    """Every state is reached although AWS was unwell in between."""
    watcher = watched.watcher()
    first = watched.push(one())
    caught_up(watched, watcher)
    pushed = [watched.push(one(inference_instance=size)) for size in SIZES[1:]]
    unwell = AwsError("throttled", hint="Wait.", code="ThrottlingException")
    cloud = watched.made.cloud
    cloud.pipelines = Refusing(cloud.pipelines, "start", unwell, 3)  # type: ignore[assignment]  # a twin that refuses
    caught_up(watched, watcher)

    assert times(watched) == dict.fromkeys([first, *pushed], 1)
    told = watched.about(EventKind.WORKLOAD)
    assert "retry_in" in told[1]


def test_one_that_stays_broken_holds_nobody_up(watched: Town) -> None:
    """What cannot be started is passed over for the next commit, and tried again at the end."""
    watcher = watched.watcher()
    watched.push(one())
    caught_up(watched, watcher)
    denied = NotAuthorized("may not start", hint="Grant it.", code="AccessDenied")
    cloud = watched.made.cloud
    cloud.pipelines = Refusing(cloud.pipelines, "start", denied, 3)  # type: ignore[assignment]  # the same
    watched.push(one(inference_instance=SIZES[1]))
    newest = watched.push(one(inference_instance=SIZES[2]))
    live(watcher, lambda: watched.cursor() == newest)
    assert not times(watched)[newest]
    live(watcher, lambda: times(watched)[newest] == 1)

    assert watched.about(EventKind.CARRIED)[-2]["done"] == "partly"
    assert watched.about(EventKind.CARRIED)[-1]["done"] == "carried"


def test_what_stays_broken_is_tried_ever_more_seldom(watched: Town) -> None:
    """Some ten times an hour in the end, not with every look at the remote."""
    watcher = watched.watcher()
    watched.push(one())
    caught_up(watched, watcher)
    denied = NotAuthorized("may not start", hint="Grant it.", code="AccessDenied")
    refusing = Refusing(watched.made.cloud.pipelines, "start", denied, 999)
    watched.made.cloud.pipelines = refusing  # type: ignore[assignment]  # the same
    watched.push(one(inference_instance=SIZES[1]))
    begun = watched.seconds()
    live(watcher, lambda: watched.seconds() - begun > 3600)

    assert 8 < 999 - refusing.left < 25


def test_a_suspended_workload_is_started_once_it_is_resumed(watched: Town) -> None:
    """Nobody has to push anything for it."""
    watcher = watched.watcher()
    watched.push(one())
    caught_up(watched, watcher)
    world = watched.world(watched.remote.head, Life())
    suspend(world, Subject(workload=NAME), "load test", None)
    held = watched.push(one(inference_instance=SIZES[1]))
    live(watcher, lambda: watched.cursor() == held)
    assert not times(watched)[held]
    assert watched.about(EventKind.WORKLOAD)[-1]["outcome"] == "suspended"
    resume(world, Subject(workload=NAME))
    live(watcher, lambda: times(watched)[held] == 1)
    watched.made.cloud.settle()

    assert once(watched.watcher()) == 0
    assert times(watched)[held] == 1


def broken(watched: Town) -> None:
    """Let every deployment of the workload fail."""
    watched.made.cloud.stacks.broken[pipeline_of(watched, NAME)] = StackResource(
        logical_id="Endpoint",
        resource_type="AWS::SageMaker::Endpoint",
        status="UPDATE_FAILED",
        reason="no capacity",
    )


def test_what_failed_is_repeated_by_a_commit_that_touches_it_and_no_other(watched: Town) -> None:
    """A commit beside it leaves it alone and says so; one of its own config tries again."""
    watcher = watched.watcher()
    watched.push(one())
    caught_up(watched, watcher)
    broken(watched)
    failing = watched.push(one(inference_instance=SIZES[1]))
    caught_up(watched, watcher)
    files = repository(one(inference_instance=SIZES[1]))
    files["mlops-gitops.yaml"] = watched.made.files["mlops-gitops.yaml"]
    beside = watched.remote.push({**files, "README.md": b"more"})
    caught_up(watched, watcher)
    assert times(watched)[beside] == 0
    assert watched.about(EventKind.WORKLOAD)[-1]["outcome"] == "left alone"
    own = f"{NAME}/mlops-config.json"
    watched.made.cloud.stacks.broken.clear()
    touching = watched.remote.push({**files, own: files[own] + b"\n"})
    caught_up(watched, watcher)

    (ran,) = watched.carried().values()
    assert ran[1:] == [(failing, "Failed"), (touching, "Succeeded")]


def test_what_was_changed_by_hand_is_no_commits_business(watched: Town) -> None:
    """A stack that somebody deleted is drift; a commit beside it does not make it again."""
    watcher = watched.watcher()
    watched.push(one())
    caught_up(watched, watcher)
    (stack,) = [
        each.id
        for each in watched.made.cloud.stacks.overview("111111111111")
        if each.id.name == pipeline_of(watched, NAME)
    ]
    watched.made.cloud.stacks.delete(stack)
    watched.made.cloud.settle()
    watched.remote.push({**watched.remote.commits[watched.remote.head].files, "README.md": b""})
    caught_up(watched, watcher)

    assert watched.about(EventKind.WORKLOAD)[-1]["outcome"] == "left alone"
    assert watched.made.cloud.stacks.find(stack) is None


def test_too_much_at_once_needs_a_commit_that_says_so() -> None:
    """The brake of the settings holds for a watcher, and a line of the message releases it."""
    settings = SETTINGS + "max_changed_percent: 50\n"
    watched = town(settings=settings)
    watcher = watched.watcher()
    watched.push(*(config(name) for name in NAMES))
    caught_up(watched, watcher)
    changed = [config(name, SIZES[1]) for name in NAMES]
    too_much = watched.push(*changed)
    live(watcher, lambda: watched.cursor() == too_much)
    assert not times(watched)[too_much]
    meant = watched.push(*changed, message="all\n\nAccept-Mass-Change: yes")
    live(watcher, lambda: watched.cursor() == meant)

    (refused,) = watched.about(EventKind.REFUSED)
    assert "deployed workloads would change" in refused["message"]
