"""What the variables of CI services say a run is for."""

from typing import Any

import pytest

from mlops_gitops.runs.ci_run import CiRun, Duty, Service
from mlops_gitops.runs.read_ci import read_ci

HEAD, MERGE = "a" * 40, "b" * 40
GITHUB = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_EVENT_NAME": "pull_request",
    "GITHUB_REPOSITORY": "acme/models",
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_RUN_ID": "42",
    "GITHUB_BASE_REF": "main",
    "GITHUB_REF": "refs/pull/7/merge",
    "GITHUB_SHA": MERGE,
}
GITLAB = {
    "GITLAB_CI": "true",
    "CI_PROJECT_PATH": "acme/models",
    "CI_COMMIT_SHA": HEAD,
    "CI_DEFAULT_BRANCH": "main",
    "CI_JOB_URL": "https://gitlab.com/acme/models/-/jobs/1",
}
MERGE_REQUEST = {
    "CI_MERGE_REQUEST_IID": "7",
    "CI_MERGE_REQUEST_PROJECT_ID": "1",
    "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "1",
    "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
}


def pull_request(source: object = "acme/models") -> dict[str, Any]:
    """An event of a pull request, as far as we read it."""
    repo = {"full_name": source} if source else None
    return {"pull_request": {"number": 7, "head": {"sha": HEAD, "repo": repo}}}


def test_a_pull_request_is_planned_from_its_base() -> None:
    """The check belongs to the commit that was pushed, not to the merge that is tested."""
    run = read_ci(GITHUB, pull_request())

    assert run == CiRun(
        service=Service.GITHUB,
        duty=Duty.PLAN,
        base="origin/main",
        head=HEAD,
        repository="acme/models",
        pull_request=7,
        address="https://github.com/acme/models/actions/runs/42",
        because="this is pull request 7",
    )


@pytest.mark.parametrize("source", ["mallory/models", None])
@pytest.mark.parametrize("name", ["pull_request", "pull_request_target"])
def test_a_fork_is_a_fork(name: str, source: str | None) -> None:
    """Also one that was deleted, and where the run has the secrets of the repository."""
    assert read_ci({**GITHUB, "GITHUB_EVENT_NAME": name}, pull_request(source)).is_fork


def test_upper_and_lower_case_make_no_fork() -> None:
    """Names at GitHub are alike in both."""
    assert not read_ci(GITHUB, pull_request("Acme/Models")).is_fork


@pytest.mark.parametrize(
    ("name", "reference", "duty"),
    [
        ("push", "refs/heads/main", Duty.APPLY),
        ("workflow_dispatch", "refs/heads/main", Duty.APPLY),
        ("schedule", "refs/heads/main", Duty.APPLY),
        ("push", "refs/heads/other", Duty.NOTHING),
        ("push", "refs/tags/main", Duty.NOTHING),
        ("issue_comment", "refs/heads/main", Duty.NOTHING),
        ("workflow_run", "refs/heads/main", Duty.NOTHING),
    ],
)
def test_only_what_was_accepted_is_applied(name: str, reference: str, duty: Duty) -> None:
    """A push to the default branch is; a tag of its name, or what anybody can start, is not."""
    variables = {**GITHUB, "GITHUB_EVENT_NAME": name, "GITHUB_REF": reference}

    run = read_ci(variables, {"repository": {"default_branch": "main"}})

    assert run.duty is duty
    assert run.because


def test_a_merge_queue_is_planned_without_a_pull_request() -> None:
    """Its check is required like any other."""
    variables = {**GITHUB, "GITHUB_EVENT_NAME": "merge_group"}

    run = read_ci(variables, {"merge_group": {"base_sha": MERGE, "head_sha": HEAD}})

    assert (run.duty, run.base, run.head, run.pull_request) == (Duty.PLAN, MERGE, HEAD, 0)
    assert not run.is_fork


def test_gitlab_is_known_by_its_variables() -> None:
    """A merge request is planned, a fork's is one, the default branch is applied."""
    run = read_ci({**GITLAB, **MERGE_REQUEST}, {})
    fork = {**GITLAB, **MERGE_REQUEST, "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "2"}

    assert (run.service, run.duty, run.base, run.head) == (
        Service.GITLAB,
        Duty.PLAN,
        "origin/main",
        HEAD,
    )
    assert (run.pull_request, run.is_fork) == (7, False)
    assert read_ci(fork, {}).is_fork
    assert read_ci({**GITLAB, "CI_COMMIT_BRANCH": "main"}, {}).duty is Duty.APPLY
    assert read_ci({**GITLAB, "CI_COMMIT_BRANCH": "other"}, {}).duty is Duty.NOTHING
    assert read_ci(GITLAB, {}).duty is Duty.NOTHING


@pytest.mark.parametrize("event", [{}, {"pull_request": []}, {"pull_request": {"head": None}}])
def test_an_odd_event_is_no_crash_and_nobody_we_trust(event: dict[str, Any]) -> None:
    """What is not told is taken for a fork's."""
    run = read_ci(GITHUB, event)

    assert (run.duty, run.is_fork, run.head) == (Duty.PLAN, True, "")


def test_elsewhere_nothing_is_done_by_itself() -> None:
    """Variables of a service alone do not make a run."""
    assert read_ci({"GITHUB_REF": "refs/heads/main"}, {}).duty is Duty.NOTHING
