"""Pull requests at GitHub that we open, each with one file.

Sources: GitHub's REST API description: repository contents, git references, pull requests.
"""

import base64
from typing import Any
from urllib.parse import quote

from mlops_gitops.adapters.github_calls import Caller, GitHubCalls
from mlops_gitops.errors import ReadOnlyToken
from mlops_gitops.ports.doors import Proposal


class GitHubProposals:
    """Pull requests of one repository.

    Args:
        calls: to GitHub.
        repository: `owner/name`.
        base: branch that they are to be merged into.
    """

    def __init__(self, calls: GitHubCalls, repository: str, base: str) -> None:
        self._calls = calls
        self._path = f"repos/{repository}"
        self._owner = repository.partition("/")[0]
        self._base = base

    def open(self, proposal: Proposal) -> str:
        """Open a pull request, or find the one that is there; see `Proposals.open`."""
        return self._calls.patiently(lambda caller: self._open(caller, proposal))

    def _open(self, caller: Caller, proposal: Proposal) -> str:
        if _content(self._file(caller, proposal.path, self._base)) == proposal.content:
            return ""
        self._branch(caller, proposal.branch)
        there = self._file(caller, proposal.path, proposal.branch)
        if _content(there) != proposal.content:
            self._write(caller, proposal, there)
        head = quote(f"{self._owner}:{proposal.branch}", safe="")
        opened = caller.call("GET", f"{self._path}/pulls?state=open&head={head}")
        return str(opened[0]["html_url"]) if opened else self._propose(caller, proposal)

    def _propose(self, caller: Caller, proposal: Proposal) -> str:
        made = caller.call(
            "POST",
            f"{self._path}/pulls",
            {
                "title": proposal.title,
                "head": proposal.branch,
                "base": self._base,
                "body": proposal.body,
            },
        )
        return str(made["html_url"])

    def _branch(self, caller: Caller, branch: str) -> None:
        """Make a branch of the base, unless it is there."""
        if _found(caller, f"{self._path}/git/ref/heads/{branch}") is not None:
            return
        base = caller.call("GET", f"{self._path}/git/ref/heads/{self._base}")
        made = {"ref": f"refs/heads/{branch}", "sha": base["object"]["sha"]}
        caller.call("POST", f"{self._path}/git/refs", made)

    def _write(self, caller: Caller, proposal: Proposal, there: Any) -> None:
        body = {
            "message": proposal.title,
            "content": base64.b64encode(proposal.content).decode(),
            "branch": proposal.branch,
        }
        sha = {} if there is None else {"sha": there["sha"]}
        caller.call("PUT", f"{self._path}/contents/{quote(proposal.path)}", body | sha)

    def _file(self, caller: Caller, path: str, branch: str) -> Any:
        ref = quote(branch, safe="")
        return _found(caller, f"{self._path}/contents/{quote(path)}?ref={ref}")


def _found(caller: Caller, path: str) -> Any:
    """Get something; None where GitHub says that it is not there, or not for this token."""
    try:
        return caller.call("GET", path)
    except ReadOnlyToken:
        return None


def _content(file: Any) -> bytes | None:
    return None if file is None else base64.b64decode(file.get("content", ""))
