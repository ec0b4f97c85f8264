"""Pull requests at GitHub, or at an Enterprise Server.

Sources: GitHub's REST API description: issue comments (a pull request is an issue there), check
runs, commit statuses, "Get the authenticated user".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mlops_gitops.adapters.github_calls import Caller, GitHubCalls
from mlops_gitops.config.secrets import masked
from mlops_gitops.errors import HostError, ReadOnlyToken
from mlops_gitops.status.check import Check, Conclusion

_LONGEST_SUMMARY = 65_535
_LONGEST_DESCRIPTION = 140
_STATES = {
    Conclusion.SUCCESS: "success",
    Conclusion.FAILURE: "failure",
    Conclusion.NEUTRAL: "success",  # a status that is not green would hold the pull request up
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What is written to.

    Attributes:
        repository: `owner/name`.
        number: of the pull request; 0 where there is none, as on a branch.
        run: address of the run that reports; empty where there is none.
    """

    repository: str
    number: int = 0
    run: str = ""


class GitHubPullRequests:
    """Comments and checks of one repository."""

    def __init__(self, calls: GitHubCalls, target: Target) -> None:
        self._calls = calls
        self._target = target
        self._repository = f"repos/{target.repository}"

    def comment(self, marker: str, body: str) -> str:
        """Create or update the one comment that begins with a marker; give its address.

        Only comments of ours are looked at: whoever wrote one may change it, so a plan is never
        put into a stranger's. Of several, as two runs at once may leave, the first stays.

        Raises:
            ReadOnlyToken: the token may not write.
            HostError: GitHub refused, or there is no pull request.
        """
        if not self._target.number:
            hint = "Comment in a run that a pull request started."
            raise HostError("There is no pull request to comment on.", hint=hint)
        shown = masked(body)
        return self._calls.patiently(lambda caller: self._comment(caller, marker, shown))

    def report(self, check: Check) -> None:
        """Show a check beside its commit; the newest of a name is the one that counts.

        Check runs are made by apps, such as GitHub Actions. With a token that is none, or lacks
        the permission, the check is told as the commit's status.

        Raises:
            ReadOnlyToken: the token may not write either.
            HostError: GitHub refused.
        """
        try:
            self._calls.patiently(lambda caller: self._check_run(caller, check))
        except ReadOnlyToken:
            self._calls.patiently(lambda caller: self._status(caller, check))

    def _comment(self, caller: Caller, marker: str, body: str) -> str:
        first, *others = self._ours(caller, marker) or [None]
        for other in others:
            caller.call("DELETE", self._path_of(other))
        if first is None:
            path = f"{self._repository}/issues/{self._target.number}/comments"
            return str(caller.call("POST", path, {"body": body})["html_url"])
        if _plain(first.get("body")) != _plain(body):
            caller.call("PATCH", self._path_of(first), {"body": body})
        return str(first["html_url"])

    def _path_of(self, comment: Mapping[str, Any]) -> str:
        return f"{self._repository}/issues/comments/{comment['id']}"

    def _ours(self, caller: Caller, marker: str) -> list[Any]:
        path = f"{self._repository}/issues/{self._target.number}/comments"
        marked = [one for one in caller.pages(path) if (one.get("body") or "").startswith(marker)]
        if not marked:
            return []
        me = _user(caller)
        return [one for one in marked if _is_by(me, one.get("user") or {})]

    def _check_run(self, caller: Caller, check: Check) -> None:
        body = {
            "name": check.name,
            "head_sha": check.commit,
            "status": "completed",
            "conclusion": check.conclusion.value,
            "output": {"title": masked(check.title), "summary": _fitting(masked(check.summary))},
        }
        caller.call("POST", f"{self._repository}/check-runs", body | self._run("details_url"))

    def _status(self, caller: Caller, check: Check) -> None:
        body = {
            "state": _STATES[check.conclusion],
            "context": check.name,
            "description": masked(check.title)[:_LONGEST_DESCRIPTION],
        }
        path = f"{self._repository}/statuses/{check.commit}"
        caller.call("POST", path, body | self._run("target_url"))

    def _run(self, name: str) -> dict[str, str]:
        return {name: self._target.run} if self._target.run else {}


def _user(caller: Caller) -> str:
    """Give our login; empty for an app's token, which has no user and is refused."""
    try:
        return str(caller.call("GET", "user")["login"])
    except ReadOnlyToken:
        return ""


def _is_by(me: str, author: Mapping[str, Any]) -> bool:
    """Whether an author is we, or, as an app, a bot: nobody outside of a repository is one."""
    return author.get("login") == me if me else author.get("type") == "Bot"


def _plain(body: object) -> str:
    return str(body).replace("\r\n", "\n").strip()


def _fitting(summary: str) -> str:
    """Give a summary, or say that it is elsewhere: half of it could be half a code block."""
    if len(summary) <= _LONGEST_SUMMARY:
        return summary
    return "Too long to show here; the pull request's comment and the run's summary have it."
