"""What a run of CI finds out, and what it reports of it."""

import pytest
from builders import DATA, Trial, realtime, trial

from mlops_gitops.adapters.memory.pull_requests import MemoryPullRequests, ReadOnlyPullRequests
from mlops_gitops.adapters.memory.repository import MemoryFiles
from mlops_gitops.errors import Blocked, HostError, ShallowClone
from mlops_gitops.runs.ci_run import CiRun, Duty, Service
from mlops_gitops.status.check import Check, Conclusion
from mlops_gitops.use_cases.changed import validate_changed
from mlops_gitops.use_cases.ci import (
    CHECK,
    Findings,
    check_of,
    exit_code,
    look,
    report,
    why_offline,
)
from mlops_gitops.use_cases.validate import Validated
from mlops_gitops.use_cases.world import World

RUN = CiRun(service=Service.GITHUB, duty=Duty.PLAN, base="main", head="a" * 40, pull_request=7)
FORK = CiRun(service=Service.GITHUB, duty=Duty.PLAN, base="main", is_fork=True)


def findings(made: Trial, offline: str = "") -> Findings:
    """What a run finds out about what changed since `main`."""

    def check() -> Validated:
        made.commits.files = made.files
        changed = made.commits.changed_since("main")
        return validate_changed(MemoryFiles(made.files), DATA, changed)[0]

    return look(check, offline, lambda: made.changed_world("main"))


def concluded(found: Findings) -> tuple[Conclusion, str, int]:
    """How the check ends, in which words, and with which exit code."""
    check = check_of(RUN, found, "text")
    assert (check.name, check.commit, check.summary) == (CHECK, RUN.head, "text")
    return check.conclusion, check.title, exit_code(found, detailed=False)


def proposed() -> Trial:
    """Two workloads, of which a change makes one bigger."""
    made = trial(realtime("churn"), realtime("fraud"))
    made.remember("main")
    made.commit(realtime("fraud", inference_instance="ml.m5.xlarge"))
    return made


def forbidden() -> World:
    """A world that nobody may open."""
    raise AssertionError("AWS was asked.")


def test_a_change_is_planned() -> None:
    """The check says how many workloads move; only asked for is that an exit code."""
    found = findings(proposed())

    assert concluded(found) == (Conclusion.SUCCESS, "1 workload to change", 0)
    assert exit_code(found, detailed=True) == 2


def test_a_change_of_nothing_that_is_deployed_is_reported_too() -> None:
    """A check that is required has to come, whatever is touched."""
    made = trial(realtime("churn"))
    made.remember("main")
    made.files["README.md"] = b"new"

    found = findings(made)

    assert concluded(found) == (Conclusion.SUCCESS, "No workload is touched", 0)
    assert exit_code(found, detailed=True) == 0


def test_an_invalid_change_asks_nobody() -> None:
    """Exit 3 and a failed check; AWS is left alone."""
    made = proposed()
    made.files["fraud/mlops-config.json"] = b"{"

    def check() -> Validated:
        changed = ("fraud/mlops-config.json",)
        return validate_changed(MemoryFiles(made.files), DATA, changed)[0]

    assert concluded(look(check, "", forbidden)) == (Conclusion.FAILURE, "1 problem", 3)


def test_what_aws_does_not_have_is_a_problem_of_the_change() -> None:
    """An artifact that nobody uploaded is told at its line, and nothing else is asked for."""
    made = proposed()
    made.commit(realtime("fraud", model_artifact_location="fraud/v2.tar.gz"))

    found = findings(made)

    assert concluded(found)[::2] == (Conclusion.FAILURE, 3)
    assert {each.where.path for each in found.problems} == {"fraud/mlops-config.json"}


def test_offline_a_change_is_validated_and_nothing_else() -> None:
    """A fork, or no credentials: neither a failure nor a success, and the reason is told."""
    for run in (FORK, RUN):
        offline = why_offline(run, has_credentials=run is FORK)
        found = look(lambda: Validated(settings=_settings()), offline, forbidden)

        assert concluded(found) == (Conclusion.NEUTRAL, "Valid; not planned", 0)
        assert ("fork" in offline) == (run is FORK)
    assert why_offline(RUN, has_credentials=True) == ""


def _settings() -> object:
    return trial(realtime("churn")).world().settings


@pytest.mark.parametrize(
    ("failure", "code"),
    [(ShallowClone("shallow", hint="fetch-depth: 0"), 1), (Blocked("busy", hint="wait"), 4)],
)
@pytest.mark.parametrize("where", ["git", "AWS"])
def test_a_failure_is_reported_like_any_other_end(
    failure: Exception, code: int, where: str
) -> None:
    """The check fails instead of never coming; the exit code is the failure's own."""

    def fail() -> World:
        raise failure

    def check() -> Validated:
        if where == "git":
            raise failure
        return Validated(settings=_settings())

    assert concluded(look(check, "", fail)) == (Conclusion.FAILURE, "Could not be planned", code)


def test_the_check_and_one_comment_are_shown() -> None:
    """Again and again in the same place, beside what others wrote."""
    there = MemoryPullRequests(comments=["Looks good"])
    check = check_of(RUN, findings(proposed()), "text")

    for text in ("<!-- m --> first", "<!-- m --> second"):
        assert report(there, check, ("<!-- m -->", text)) == ()

    assert there.comments == ["Looks good", "<!-- m --> second"]
    assert there.checks == [check]


def test_a_token_that_may_not_write_fails_nothing() -> None:
    """What could not be shown is told, one by one, with what to do."""
    check = check_of(RUN, findings(proposed()), "text")

    told = report(ReadOnlyPullRequests(), check, ("<!-- m -->", "text"))

    assert len(told) == 2
    assert all("permission" in each for each in told)


class Broken:
    """A host that is not reached."""

    def report(self, check: Check) -> None:
        """Fail."""
        raise HostError(f"No answer for {check.name}.", hint="Repeat it.")

    def comment(self, marker: str, body: str) -> str:
        """Fail."""
        raise HostError(f"No answer for {marker}{body}.", hint="Repeat it.")


def test_a_host_that_is_not_reached_is_a_failure() -> None:
    """A check that never comes holds up a pull request for ever, so somebody has to know."""
    with pytest.raises(HostError):
        report(Broken(), check_of(RUN, findings(proposed()), "text"), None)


def test_without_a_pull_request_there_is_no_comment() -> None:
    """A merge queue has a check alone; without a commit there is not even that."""
    there = MemoryPullRequests()
    run = CiRun(service=Service.GITHUB, duty=Duty.PLAN, head="a" * 40)

    report(there, check_of(run, Findings(), ""), None)
    report(there, check_of(FORK, Findings(), ""), None)

    assert (len(there.checks), there.comments) == (1, [])
