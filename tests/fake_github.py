"""A GitHub on this machine: one pull request's comments, checks and statuses.

It answers as GitHub's REST API description says, as far as a run of CI asks for it; a token that
is not its own reads alone, as that of a fork's pull request does.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "ghs_testing"


class FakeGitHub:
    """What people see of one repository.

    Attributes:
        comments: of the pull request, oldest first.
        checks: what was reported, oldest first.
        refused: calls that the token was too weak for.
    """

    def __init__(self) -> None:
        self.comments: list[dict[str, Any]] = []
        self.checks: list[dict[str, Any]] = []
        self.refused: list[str] = []
        self.url = ""

    def answer(self, method: str, path: str, token: str, body: Any) -> tuple[int, Any]:
        """Answer one call: status and JSON."""
        if path == "/user":
            return 403, {"message": "Resource not accessible by integration"}
        if method != "GET" and token != TOKEN:
            self.refused.append(f"{method} {path}")
            return 403, {"message": "Resource not accessible by integration"}
        return self._writes(method, path, body)

    def _writes(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        match method, path.removeprefix("/repos/acme/models/").split("/"):
            case "GET", ["issues", _number, "comments"]:
                return 200, self.comments
            case "POST", ["issues", number, "comments"]:
                made = {
                    "id": len(self.comments) + 1,
                    "body": body["body"],
                    "user": {"login": "github-actions[bot]", "type": "Bot"},
                    "html_url": f"https://github.example/acme/models/pull/{number}#1",
                }
                self.comments.append(made)
                return 201, made
            case "PATCH", ["issues", "comments", number]:
                found = next(each for each in self.comments if str(each["id"]) == number)
                found["body"] = body["body"]
                return 200, found
            case "POST", ["check-runs"]:
                self.checks.append(body)
                return 201, {"id": len(self.checks)}
            case _:
                return 404, {"message": "Not Found"}


@contextmanager
def fake_github() -> Iterator[FakeGitHub]:
    """Serve it on loopback."""
    github = FakeGitHub()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
            path = self.path.partition("?")[0]
            status, told = github.answer(self.command, path, token, body)
            data = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PATCH = do_DELETE = _answer  # noqa: N815 - http.server's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    github.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield github
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
