"""Pull requests that we open: GitHub's and the twin's keep the same promises."""

import base64
import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from mlops_gitops.adapters.github_calls import GitHubCalls
from mlops_gitops.adapters.github_proposals import GitHubProposals
from mlops_gitops.adapters.memory.clock import MemoryClock
from mlops_gitops.adapters.memory.doors import MemoryProposals
from mlops_gitops.app_watch import pull_request
from mlops_gitops.errors import ReadOnlyToken
from mlops_gitops.ports.doors import Proposal, Proposals

TOKEN = "ghs_" + "s3cret" * 6
REPOSITORY, BASE = "acme/models", "main"
CHURN = Proposal(
    branch="mlops-gitops/churn-0123456789ab",
    path="churn/mlops-config.json",
    content=b'{"model_name": "churn"}\n',
    title="Deploy churn",
    body="Handed in by jane.",
)
OTHER = Proposal(
    branch="mlops-gitops/churn-ba9876543210",
    path=CHURN.path,
    content=b"{}\n",
    title=CHURN.title,
    body=CHURN.body,
)


@dataclass(slots=True)
class Repository:
    """What GitHub keeps, as far as we ask for it."""

    files: dict[tuple[str, str], bytes] = field(default_factory=dict)
    branches: set[str] = field(default_factory=lambda: {BASE})
    pulls: list[dict[str, Any]] = field(default_factory=list)
    may_write: bool = True

    def answer(self, method: str, target: str, sent: Any) -> tuple[int, Any]:
        """Answer one call as GitHub's REST API describes it."""
        url = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        path = unquote(url.path).removeprefix(f"/repos/{REPOSITORY}/")
        if method != "GET" and not self.may_write:
            return 403, {"message": "Resource not accessible by integration"}
        kind, _, rest = path.partition("/")
        if kind == "contents":
            return self._contents(method, rest, sent, query)
        if kind == "git":
            return self._branch(method, rest.removeprefix("ref/heads/"), sent)
        return self._pulls(method, sent, query)

    def _contents(
        self, method: str, path: str, sent: Any, query: dict[str, str]
    ) -> tuple[int, Any]:
        if method == "PUT":
            self.files[sent["branch"], path] = base64.b64decode(sent["content"])
            return 201, {}
        found = self.files.get((query["ref"], path))
        if found is None:
            return 404, {"message": "Not Found"}
        return 200, {"content": base64.encodebytes(found).decode(), "sha": "1"}

    def _branch(self, method: str, name: str, sent: Any) -> tuple[int, Any]:
        if method == "POST":
            self.branches.add(sent["ref"].removeprefix("refs/heads/"))
            return 201, {}
        there = name in self.branches
        return (200, {"object": {"sha": "1"}}) if there else (404, {"message": "Not Found"})

    def _pulls(self, method: str, sent: Any, query: dict[str, str]) -> tuple[int, Any]:
        if method == "POST":
            number = len(self.pulls) + 1
            page = f"https://github.example/{REPOSITORY}/pull/{number}"
            self.pulls.append({"html_url": page, "head": f"acme:{sent['head']}"})
            return 201, self.pulls[-1]
        return 200, [each for each in self.pulls if each["head"] == query["head"]]


@contextlib.contextmanager
def served(repository: Repository) -> Iterator[str]:
    """Serve a repository on loopback; give its address."""

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            sent = json.loads(body) if body else None
            status, answer = repository.answer(self.command, self.path, sent)
            data = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PUT = _serve  # noqa: N815 -- http.server's names

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def at_github(address: str) -> GitHubProposals:
    """Reach a repository."""
    calls = GitHubCalls(address, TOKEN, MemoryClock(lambda: False))
    return GitHubProposals(calls, REPOSITORY, BASE)


Commit = Callable[[Proposal], None]


@pytest.fixture(params=["github", "memory"])
def host(request: pytest.FixtureRequest) -> Iterator[tuple[Proposals, Commit]]:
    """Whoever opens pull requests, and somebody who merges one."""
    if request.param == "memory":
        twin = MemoryProposals()
        yield twin, lambda merged: twin.committed.update({merged.path: merged.content})
        return
    repository = Repository()

    def merge(merged: Proposal) -> None:
        repository.files[BASE, merged.path] = merged.content

    with served(repository) as address:
        yield at_github(address), merge


def test_a_proposal_has_one_pull_request(host: tuple[Proposals, Commit]) -> None:
    """However often it is opened; another proposal has another."""
    proposals, _ = host

    first, again, other = (proposals.open(each) for each in (CHURN, CHURN, OTHER))

    assert first == again
    assert first.startswith("https://")
    assert other != first


def test_what_is_committed_already_is_not_proposed(host: tuple[Proposals, Commit]) -> None:
    """There would be nothing to merge; what differs from it is proposed again."""
    proposals, commit = host
    commit(CHURN)

    assert proposals.open(CHURN) == ""
    assert proposals.open(OTHER)


def test_what_was_left_half_done_is_gone_on_with() -> None:
    """The branch is there, and nothing is on it: the file and the pull request follow."""
    repository = Repository(branches={BASE, CHURN.branch})

    with served(repository) as address:
        opened = at_github(address).open(CHURN)

    assert opened == repository.pulls[0]["html_url"]
    assert repository.files[CHURN.branch, CHURN.path] == CHURN.content


def test_a_token_that_may_not_write_is_told() -> None:
    """With GitHub's words, and without the token."""
    with served(Repository(may_write=False)) as address, pytest.raises(ReadOnlyToken) as refused:
        at_github(address).open(CHURN)

    assert "not accessible" in refused.value.message
    assert TOKEN not in refused.value.message


@pytest.mark.parametrize(
    ("url", "token"),
    [
        (f"https://github.com/{REPOSITORY}.git", ""),
        (f"https://github.example/{REPOSITORY}.git", TOKEN),
        (f"https://github.com.example/{REPOSITORY}", TOKEN),
        (f"git@github.com:{REPOSITORY}.git", TOKEN),
        ("file:///srv/models", TOKEN),
    ],
)
def test_branches_elsewhere_are_pushed_and_no_more(url: str, token: str) -> None:
    """A token is sent to GitHub alone, and only where there is one."""
    assert pull_request(url, token, BASE) is None


def test_a_branch_that_was_pushed_becomes_a_pull_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the repository that is followed, into the branch that is."""
    repository = Repository()
    with served(repository) as address:
        monkeypatch.setenv("GITHUB_API_URL", address)
        propose = pull_request(f"https://github.com/{REPOSITORY}.git", TOKEN, BASE)
        assert propose
        opened = propose(CHURN.branch, CHURN.title, CHURN.body)

    assert opened == repository.pulls[0]["html_url"]
    assert repository.pulls[0]["head"] == f"acme:{CHURN.branch}"
