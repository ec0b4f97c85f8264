"""The door of the embedded AWS: every request comes through here before any service sees it.

It answers for the process's health, turns browsers and unknown credentials away, and notes when
something may have changed. Whoever injects faults one day does it here.
"""

import json
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from mlops_gitops.emulator.wire import Answer

HEALTH_PATH = "/_mlops-gitops/health"
BANNER = "embedded AWS (emulated)"

_Scope = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
_Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Asgi = Callable[[_Scope, _Receive, _Send], Awaitable[None]]
CredentialCheck = Callable[[Mapping[str, str], Mapping[str, list[str]]], Answer | None]


class Front:
    """An ASGI application around ministack's.

    Args:
        inner: what answers in the end.
        health: what the health path tells.
        refuse_credentials: gives the refusal of a request whose access key nobody holds.
    """

    def __init__(
        self, inner: Asgi, *, health: Mapping[str, object], refuse_credentials: CredentialCheck
    ) -> None:
        self._inner = inner
        self._health = json.dumps({"service": BANNER, **health}).encode()
        self._refuse_credentials = refuse_credentials
        self.last_write = 0.0
        """When a request last came that may have changed something (monotonic seconds)."""

    async def __call__(self, scope: _Scope, receive: _Receive, send: _Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        answer = self._answer_here(scope)
        if answer is not None:
            await _reply(send, answer)
            return
        await self._inner(scope, receive, send)
        if scope["method"] not in ("GET", "HEAD", "OPTIONS"):
            self.last_write = time.monotonic()

    def _answer_here(self, scope: _Scope) -> Answer | None:
        if scope["path"] == HEALTH_PATH:
            return Answer(200, {"Content-Type": "application/json"}, self._health)
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
        if not _is_local(headers):
            return Answer(403, {"Content-Type": "text/plain"}, b"The embedded AWS is local only.\n")
        query = parse_qs(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
        return self._refuse_credentials(headers, query)


def _is_local(headers: Mapping[str, str]) -> bool:
    # A web page that the user happens to visit must not drive AWS calls here: they can run code.
    origin = headers.get("origin")
    names = [urlsplit(f"//{headers.get('host', '127.0.0.1')}").hostname or ""]
    if origin is not None:
        names.append(urlsplit(origin).hostname or "")
    return all(
        name in ("127.0.0.1", "localhost") or name.endswith((".localhost", ".amazonaws.com"))
        for name in names
    )


async def _reply(send: _Send, answer: Answer) -> None:
    headers = {**answer.headers, "Content-Length": str(len(answer.body))}
    raw = [(k.encode("latin-1"), v.encode("latin-1")) for k, v in headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": raw})
    await send({"type": "http.response.body", "body": answer.body})
