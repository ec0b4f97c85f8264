"""A stand-in for GitHub on loopback, whose requests and answers GitHub's description checks.

It keeps one pull request's comments, and the checks and statuses of its repository.
"""

import contextlib
import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from github_api import Operation, operation

TOKEN = "ghs_" + "s3cret" * 6
READ_ONLY = "ghs_" + "readOn" * 6
"""As the runs of a fork's pull request get it."""
PERMISSION = {"message": "Resource not accessible by integration"}


@dataclass(frozen=True, slots=True)
class Fault:
    """One answer that is given in place of the right one.

    Attributes:
        late: the right thing is done all the same, and only its answer is lost.
    """

    status: int
    body: Any = field(default_factory=lambda: {"message": "Server Error"})
    headers: Mapping[str, str] = field(default_factory=dict)
    late: bool = False


@dataclass(slots=True)
class GitHub:
    """What is kept, who asks, and what is to go wrong.

    Attributes:
        login: of the token's user; empty for the token of an app, such as GitHub Actions.
        faults: given to calls of this method and the path's last part, one after the other.
        forbidden: what the token may not write, by the path's last part.
        refused: calls that a token was too weak for.
        mistakes: how requests or answers differ from GitHub's description.
    """

    prefix: str = ""
    login: str = ""
    page_size: int = 100
    comments: list[dict[str, Any]] = field(default_factory=list)
    check_runs: list[dict[str, Any]] = field(default_factory=list)
    statuses: list[dict[str, Any]] = field(default_factory=list)
    faults: dict[tuple[str, str], list[Fault]] = field(default_factory=dict)
    forbidden: set[str] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)
    address: str = ""

    def add(self, body: str, login: str, kind: str = "User") -> dict[str, Any]:
        """Have somebody write a comment."""
        found = operation("POST", "/repos/acme/models/issues/7/comments")
        assert found
        comment: dict[str, Any] = found.example(201)
        number = len(self.comments) + 1
        page = f"https://github.example/acme/models/pull/7#issuecomment-{number}"
        comment |= {"id": number, "body": body, "html_url": page}
        comment["user"] |= {"login": login, "type": kind}
        self.comments.append(comment)
        return comment

    def answer(
        self, method: str, target: str, body: bytes, token: str = TOKEN
    ) -> tuple[int, Any, dict[str, str]]:
        """Answer a call, and keep what was wrong with it."""
        url = urlsplit(target)
        path = url.path.removeprefix(self.prefix)
        self.calls.append(f"{method} {path}")
        found = operation(method, path)
        if found is None or not url.path.startswith(f"{self.prefix}/"):
            self.mistakes.append(f"no such call: {method} {path}")
            return 404, {"message": "Not Found"}, {}
        self.mistakes += found.mistakes_of_request(url.query, body)
        if method != "GET" and token == READ_ONLY:
            self.refused.append(f"{method} {path}")
            return 403, PERMISSION, {}
        status, answer, headers = self._answer(found, method, path, url.query, body)
        self.mistakes += found.mistakes_of_answer(status, answer)
        return status, answer, headers

    def _answer(
        self, found: Operation, method: str, path: str, query: str, body: bytes
    ) -> tuple[int, Any, dict[str, str]]:
        named = "comment_id" in found.parts or "sha" in found.parts
        last = path.split("/")[-2 if named else -1]
        waiting = self.faults.get((method, last), [])
        fault = waiting.pop(0) if waiting else None
        if fault and not fault.late:
            return fault.status, fault.body, dict(fault.headers)
        if method != "GET" and last in self.forbidden:
            return 403, PERMISSION, {}
        sent = json.loads(body) if body else {}
        done = self._do(found, method, last, sent, query)
        return (fault.status, fault.body, {}) if fault else done

    def _do(
        self, found: Operation, method: str, last: str, sent: dict[str, Any], query: str
    ) -> tuple[int, Any, dict[str, str]]:
        match method, last:
            case "GET", "user":
                return self._user(found)
            case "GET", _:
                return self._page(query)
            case "POST", "comments":
                name, kind = (self.login, "User") if self.login else ("github-actions[bot]", "Bot")
                return 201, self.add(sent["body"], name, kind), {}
            case "POST", "check-runs":
                self.check_runs.append(sent)
                return 201, found.example(201) | {"name": sent["name"]}, {}
            case "POST", _:
                self.statuses.append(sent | {"sha": found.parts["sha"]})
                return 201, found.example(201), {}
            case _:
                return self._change(method, int(found.parts["comment_id"]), sent)

    def _user(self, found: Operation) -> tuple[int, Any, dict[str, str]]:
        if not self.login:
            return 403, PERMISSION, {}
        # The example lacks the field that tells which of two schemas it is of.
        return 200, found.example(200) | {"login": self.login, "user_view_type": "private"}, {}

    def _change(
        self, method: str, number: int, sent: dict[str, Any]
    ) -> tuple[int, Any, dict[str, str]]:
        (comment,) = [one for one in self.comments if one["id"] == number]
        if method == "DELETE":
            self.comments.remove(comment)
            return 204, None, {}
        comment["body"] = sent["body"]
        return 200, comment, {}

    def _page(self, query: str) -> tuple[int, Any, dict[str, str]]:
        asked = parse_qs(query)
        size = min(self.page_size, int(asked.get("per_page", ["30"])[0]))
        page = int(asked.get("page", ["1"])[0])
        found = self.comments[(page - 1) * size : page * size]
        if page * size >= len(self.comments):
            return 200, found, {}
        place = f"{self.address}/repos/acme/models/issues/7/comments"
        return 200, found, {"Link": f'<{place}?per_page={size}&page={page + 1}>; rel="next"'}


@contextlib.contextmanager
def running(github: GitHub) -> Iterator[GitHub]:
    """Serve it; at the end every request and answer was as GitHub describes them."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one(self) -> None:
            token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
            if token not in {TOKEN, READ_ONLY}:
                github.mistakes.append("the token is not there")
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, answer, headers = github.answer(self.command, self.path, body, token)
            raw = b"" if answer is None else json.dumps(answer).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        do_GET = do_POST = do_PATCH = do_DELETE = handle_one  # noqa: N815 - names that the base class looks for

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    github.address = f"http://127.0.0.1:{server.server_port}{github.prefix}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield github
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert not github.mistakes, "\n".join(github.mistakes)
