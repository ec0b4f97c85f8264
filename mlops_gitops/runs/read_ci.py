"""Read what a service of continuous integration says about a run: its variables and its event.

Sources: "Variables reference" and "Webhook events and payloads", GitHub documentation; "Predefined
CI/CD variables reference", GitLab documentation.
"""

from collections.abc import Mapping
from typing import Any

from mlops_gitops.runs.ci_run import CiRun, Duty, Service

_PROPOSALS = {"pull_request", "pull_request_target"}
_ACCEPTED = {"push", "workflow_dispatch", "schedule", "repository_dispatch"}
"""Others, such as a comment on an issue, run on the default branch too: anybody can write one."""
_HEADS = "refs/heads/"


def read_ci(variables: Mapping[str, str], event: Mapping[str, Any]) -> CiRun:
    """Tell what a run is for.

    Args:
        variables: the environment.
        event: what GitHub Actions was started by; empty elsewhere.
    """
    if variables.get("GITHUB_ACTIONS") == "true":
        return _github(variables, event)
    if variables.get("GITLAB_CI") == "true":
        return _gitlab(variables)
    return CiRun(service=Service.NONE, duty=Duty.NOTHING, because="this is no run of CI")


def _github(variables: Mapping[str, str], event: Mapping[str, Any]) -> CiRun:
    name = variables.get("GITHUB_EVENT_NAME", "")
    repository = variables.get("GITHUB_REPOSITORY", "")
    server, number = variables.get("GITHUB_SERVER_URL", ""), variables.get("GITHUB_RUN_ID", "")
    known: dict[str, Any] = {
        "service": Service.GITHUB,
        "repository": repository,
        "address": f"{server}/{repository}/actions/runs/{number}" if server and number else "",
    }
    if name in _PROPOSALS:
        return CiRun(**known, **_pull_request(variables, event))
    if name == "merge_group":
        group = _inner(event, "merge_group")
        return CiRun(
            **known,
            duty=Duty.PLAN,
            base=str(group.get("base_sha", "")),
            head=str(group.get("head_sha", "")),
            because="this is a merge queue",
        )
    if name not in _ACCEPTED:
        return CiRun(**known, duty=Duty.NOTHING, because=f"event {name} says neither")
    branch, default = variables.get("GITHUB_REF", ""), _inner(event, "repository")
    return CiRun(
        **known,
        head=variables.get("GITHUB_SHA", ""),
        **_branch(branch.removeprefix(_HEADS), str(default.get("default_branch", ""))),
    )


def _pull_request(variables: Mapping[str, str], event: Mapping[str, Any]) -> dict[str, Any]:
    request = _inner(event, "pull_request")
    head = _inner(request, "head")
    # The repository of a fork that was deleted is null.
    source = str(_inner(head, "repo").get("full_name", ""))
    number = request.get("number", 0)
    return {
        "duty": Duty.PLAN,
        "base": f"origin/{variables.get('GITHUB_BASE_REF', '')}",
        "head": str(head.get("sha", "")),
        "pull_request": number if isinstance(number, int) else 0,
        "is_fork": source.lower() != variables.get("GITHUB_REPOSITORY", "").lower(),
        "because": f"this is pull request {number}",
    }


def _gitlab(variables: Mapping[str, str]) -> CiRun:
    number = variables.get("CI_MERGE_REQUEST_IID", "")
    known: dict[str, Any] = {
        "service": Service.GITLAB,
        "repository": variables.get("CI_PROJECT_PATH", ""),
        "head": variables.get("CI_COMMIT_SHA", ""),
        "address": variables.get("CI_JOB_URL", ""),
    }
    if not number:
        branch, default = variables.get("CI_COMMIT_BRANCH", ""), variables.get("CI_DEFAULT_BRANCH")
        return CiRun(**known, **_branch(branch, default or ""))
    own, source = (
        variables.get(f"CI_MERGE_REQUEST_{each}", "")
        for each in ("PROJECT_ID", "SOURCE_PROJECT_ID")
    )
    return CiRun(
        **known,
        duty=Duty.PLAN,
        base=f"origin/{variables.get('CI_MERGE_REQUEST_TARGET_BRANCH_NAME', '')}",
        pull_request=int(number) if number.isdecimal() else 0,
        is_fork=own != source,
        because=f"this is merge request {number}",
    )


def _branch(branch: str, default: str) -> dict[str, Any]:
    if branch and branch == default:
        return {"duty": Duty.APPLY, "because": f"{branch} is the default branch"}
    where = f"{branch} is not the default branch" if branch else "no branch is checked out"
    return {"duty": Duty.NOTHING, "because": where}


def _inner(value: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Give an object within an object; an empty one where there is none."""
    inner = value.get(key)
    return inner if isinstance(inner, dict) else {}
