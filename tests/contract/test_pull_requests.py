"""What pull requests promise: GitHub, spoken to as its own description says, and the twin."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from github_stub import PERMISSION, TOKEN, Fault, GitHub, running

from mlops_gitops.adapters.github import GitHubPullRequests, Target
from mlops_gitops.adapters.github_calls import GitHubCalls
from mlops_gitops.adapters.memory.clock import MemoryClock
from mlops_gitops.adapters.memory.pull_requests import MemoryPullRequests, ReadOnlyPullRequests
from mlops_gitops.errors import HostError, ReadOnlyToken
from mlops_gitops.ports import PullRequests
from mlops_gitops.status.check import Check, Conclusion

MARKER = "<!-- mlops-gitops:plan v1 -->"
RUN = "https://github.com/acme/models/actions/runs/1"
CHECK = Check(
    name="mlops-gitops/plan",
    commit="4c1d9e2f00aa4c1d9e2f00aa4c1d9e2f00aa4c1d",
    conclusion=Conclusion.SUCCESS,
    title="3 to change",
    summary="### Plan",
)


@pytest.fixture
def github() -> Iterator[GitHub]:
    """A stand-in for GitHub, asked by GitHub Actions."""
    with running(GitHub()) as started:
        yield started


@pytest.fixture
def clock() -> MemoryClock:
    """A clock that stands still until somebody waits."""
    return MemoryClock(lambda: None)


def at(github: GitHub, clock: MemoryClock, number: int = 7) -> GitHubPullRequests:
    """The adapter, for one pull request."""
    calls = GitHubCalls(github.address, TOKEN, clock)
    return GitHubPullRequests(calls, Target(repository="acme/models", number=number, run=RUN))


@pytest.fixture(params=["memory", "github"])
def written(request: pytest.FixtureRequest) -> tuple[PullRequests, Callable[[], list[str]]]:
    """Either side, and what is written there."""
    if request.param == "memory":
        memory = MemoryPullRequests()
        return memory, lambda: memory.comments
    github: GitHub = request.getfixturevalue("github")
    made = at(github, request.getfixturevalue("clock"))
    return made, lambda: [one["body"] for one in github.comments]


def test_a_comment_is_made_once_and_then_updated(
    written: tuple[PullRequests, Callable[[], list[str]]],
) -> None:
    """However often it is written there is one, at one address, with the newest text."""
    pull_requests, comments = written

    addresses = {pull_requests.comment(MARKER, f"{MARKER}\n{text}") for text in ("a", "b", "b")}

    assert comments() == [f"{MARKER}\nb"]
    assert len(addresses) == 1


def test_other_markers_are_other_comments(
    written: tuple[PullRequests, Callable[[], list[str]]],
) -> None:
    """A text that only speaks of a marker is not found by it."""
    pull_requests, comments = written
    pull_requests.comment("<!-- other -->", f"<!-- other --> {MARKER}")

    pull_requests.comment(MARKER, MARKER)

    assert comments() == [f"<!-- other --> {MARKER}", MARKER]


@pytest.mark.parametrize("side", ["memory", "github"])
def test_a_token_that_may_not_write_says_so(side: str, github: GitHub, clock: MemoryClock) -> None:
    """Comment and check are refused as what they are, at once, so that a caller can go on."""
    github.forbidden = {"comments", "check-runs", "statuses"}
    denied = ReadOnlyPullRequests() if side == "memory" else at(github, clock)
    before = clock.now()

    with pytest.raises(ReadOnlyToken):
        denied.comment(MARKER, MARKER)
    with pytest.raises(ReadOnlyToken):
        denied.report(CHECK)
    assert clock.now() == before


def test_a_comment_is_found_on_any_page(github: GitHub, clock: MemoryClock) -> None:
    """Behind hundreds of others, too; links lead from page to page."""
    for index in range(250):
        github.add(f"comment {index}", "ana")
    made = github.add(MARKER, "github-actions[bot]", "Bot")

    address = at(github, clock).comment(MARKER, f"{MARKER}\nnew")

    assert address == made["html_url"]
    assert made["body"] == f"{MARKER}\nnew"
    assert len([call for call in github.calls if call.endswith("7/comments")]) == 3


def test_a_comment_that_is_right_is_left_alone(github: GitHub, clock: MemoryClock) -> None:
    """Nobody is notified of nothing; line breaks that came back differently do not count."""
    github.add(f"{MARKER}\r\nsame", "github-actions[bot]", "Bot")

    at(github, clock).comment(MARKER, f"{MARKER}\nsame\n")

    assert all(call.startswith("GET") for call in github.calls)


@pytest.mark.parametrize(("login", "own"), [("", "github-actions[bot]"), ("ci-user", "ci-user")])
def test_a_strangers_comment_is_never_written_to(
    login: str, own: str, github: GitHub, clock: MemoryClock
) -> None:
    """Somebody who puts our marker first keeps the comment, and cannot make the plan theirs."""
    github.login = login
    stranger = github.add(f"{MARKER}\nNo changes.", "mallory")

    at(github, clock).comment(MARKER, f"{MARKER}\nplan")

    assert stranger["body"] == f"{MARKER}\nNo changes."
    assert [one["user"]["login"] for one in github.comments] == ["mallory", own]


def test_of_two_comments_one_stays(github: GitHub, clock: MemoryClock) -> None:
    """What two runs at once left behind is put right by the next."""
    for text in ("first", "second"):
        github.add(f"{MARKER}\n{text}", "github-actions[bot]", "Bot")

    at(github, clock).comment(MARKER, f"{MARKER}\nthird")

    assert [(one["id"], one["body"]) for one in github.comments] == [(1, f"{MARKER}\nthird")]


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_lost_answer_makes_no_second_comment(
    status: int, github: GitHub, clock: MemoryClock
) -> None:
    """After a failure it is looked again whether the comment is there."""
    github.faults = {("POST", "comments"): [Fault(status, late=True)]}

    at(github, clock).comment(MARKER, MARKER)

    assert [one["body"] for one in github.comments] == [MARKER]


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        (Fault(502), 1),
        (Fault(503, headers={"Retry-After": "7"}), 7),
        (Fault(429, headers={"Retry-After": "30"}), 30),
        (Fault(403, {"message": "You have exceeded a secondary rate limit"}), 60),
        (Fault(403, headers={"Retry-After": "12"}), 12),
    ],
)
def test_what_may_work_later_is_tried_again(
    fault: Fault, seconds: int, github: GitHub, clock: MemoryClock
) -> None:
    """After as long as GitHub asks for, else a second, and a minute where it limits."""
    github.faults = {("POST", "check-runs"): [fault]}
    before = clock.now()

    at(github, clock).report(CHECK)

    assert len(github.check_runs) == 1
    assert clock.now() - before == timedelta(seconds=seconds)


def test_a_spent_allowance_is_waited_for(github: GitHub, clock: MemoryClock) -> None:
    """Until the moment that GitHub names."""
    reset = str(int(clock.now().timestamp()) + 90)
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": reset}
    github.faults = {("GET", "comments"): [Fault(403, headers=headers)]}
    before = clock.now()

    at(github, clock).comment(MARKER, MARKER)

    assert timedelta(seconds=90) <= clock.now() - before <= timedelta(seconds=92)


def test_a_limit_that_lasts_is_not_waited_for(github: GitHub, clock: MemoryClock) -> None:
    """A run is not held up for an hour; the message says when to come again."""
    headers = {"Retry-After": "3600"}
    github.faults = {("POST", "check-runs"): [Fault(429, headers=headers)]}
    before = clock.now()

    with pytest.raises(HostError) as refused:
        at(github, clock).report(CHECK)

    assert "60 minutes" in refused.value.hint
    assert clock.now() == before


def test_patience_ends(github: GitHub, clock: MemoryClock) -> None:
    """Five tries, then what GitHub said."""
    github.faults = {("POST", "check-runs"): [Fault(502)] * 9}

    with pytest.raises(HostError, match="502 to POST /repos/acme/models/check-runs"):
        at(github, clock).report(CHECK)

    assert len(github.calls) == 5


def test_a_check_tells_all_there_is(github: GitHub, clock: MemoryClock) -> None:
    """Name, commit, conclusion, words and the run that found it out."""
    at(github, clock).report(CHECK)

    assert github.check_runs == [
        {
            "name": "mlops-gitops/plan",
            "head_sha": CHECK.commit,
            "status": "completed",
            "conclusion": "success",
            "output": {"title": "3 to change", "summary": "### Plan"},
            "details_url": RUN,
        }
    ]


@pytest.mark.parametrize("conclusion", Conclusion)
def test_a_check_is_told_as_a_status_where_no_run_may_be_made(
    conclusion: Conclusion, github: GitHub, clock: MemoryClock
) -> None:
    """A personal token is no app; what fails is red all the same, and a long title fits."""
    github.forbidden = {"check-runs"}
    check = Check(
        name=CHECK.name, commit=CHECK.commit, conclusion=conclusion, title="x" * 200, summary=""
    )

    at(github, clock).report(check)

    (status,) = github.statuses
    assert status["state"] == ("failure" if conclusion is Conclusion.FAILURE else "success")
    assert (status["context"], status["sha"]) == (CHECK.name, CHECK.commit)
    assert (len(status["description"]), status["target_url"]) == (140, RUN)


def test_a_summary_that_is_too_long_is_elsewhere(github: GitHub, clock: MemoryClock) -> None:
    """It is not cut: half of it could be half of a code block."""
    long = Check(
        name="n", commit="c", conclusion=Conclusion.NEUTRAL, title="t", summary="x" * 65_536
    )

    at(github, clock).report(long)

    assert github.check_runs[0]["output"]["summary"].startswith("Too long to show here")


def test_an_enterprise_server_is_called_below_its_base(clock: MemoryClock) -> None:
    """Its API has a path of its own, which pages lead through as well."""
    with running(GitHub(prefix="/api/v3", page_size=2)) as github:
        for index in range(5):
            github.add(f"comment {index}", "ana")

        at(github, clock).comment(MARKER, MARKER)
        at(github, clock).report(CHECK)

        assert len(github.comments) == 6
        assert len(github.check_runs) == 1


def test_a_list_never_leads_to_another_host(github: GitHub, clock: MemoryClock) -> None:
    """The token would go there, too."""
    other = {"Link": '<http://127.0.0.2:9/repos/acme/models/issues/7/comments>; rel="next"'}
    github.faults = {("GET", "comments"): [Fault(200, [], other)]}

    with pytest.raises(HostError, match="another host"):
        at(github, clock).comment(MARKER, MARKER)


def test_a_token_is_not_sent_in_the_clear() -> None:
    """Only this machine may be called without TLS."""
    with pytest.raises(HostError, match="HTTPS"):
        GitHubCalls("http://github.example/api/v3", TOKEN, MemoryClock(lambda: None))


def test_without_a_pull_request_there_is_no_comment(github: GitHub, clock: MemoryClock) -> None:
    """A branch's run is told so, before anything is called."""
    with pytest.raises(HostError, match="no pull request"):
        at(github, clock, number=0).comment(MARKER, MARKER)

    assert not github.calls


@pytest.mark.parametrize(
    "fault",
    [
        Fault(401, {"message": f"Bad credentials {TOKEN}"}),
        Fault(404, {"message": f"Not Found {TOKEN}"}),
        Fault(403, PERMISSION | {"token": TOKEN}),
        Fault(422, {"message": f"Validation Failed {TOKEN}"}),
        Fault(301, {"message": f"Moved Permanently {TOKEN}"}),
        Fault(500, {"message": f"{TOKEN}\x1b[31m"}),
        Fault(500, TOKEN),
    ],
)
def test_a_token_is_in_no_message(fault: Fault, github: GitHub, clock: MemoryClock) -> None:
    """Whatever is answered, an error tells where we were and never with what; nothing escapes."""
    github.faults = {("GET", "comments"): [fault] * 9}

    with pytest.raises(HostError) as refused:
        at(github, clock).comment(MARKER, MARKER)

    told = f"{refused.value!r} {refused.value.message} {refused.value.hint}"
    assert TOKEN not in told
    assert refused.value.message.isprintable()
    assert "/repos/acme/models/issues/7/comments" in refused.value.message
    assert refused.value.__cause__ is None


def test_nobody_there_is_a_plain_error(clock: MemoryClock) -> None:
    """A host that does not answer is tried again, then named as not reached."""
    with running(GitHub()) as gone:
        pull_requests = at(gone, clock)

    with pytest.raises(HostError, match="not reached"):
        pull_requests.comment(MARKER, MARKER)


def test_what_is_no_github_is_told(github: GitHub, clock: MemoryClock) -> None:
    """A call that the description does not know is noticed by the stand-in itself."""
    GitHubPullRequests(
        GitHubCalls(github.address, TOKEN, clock), Target(repository="acme/models", number=7)
    ).report(CHECK)
    assert "details_url" not in github.check_runs[0]
    github.answer("GET", "/nothing", b"")
    github.answer("POST", "/repos/acme/models/check-runs", b'{"name": 7, "unknown": 1}')

    wrong, github.mistakes = github.mistakes, []

    assert "no such call: GET /nothing" in wrong
    assert any("head_sha" in one for one in wrong)
    assert "no field unknown" in wrong
