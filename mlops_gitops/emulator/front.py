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
Check = Callable[[str, str, str, Mapping[str, str], bytes], Answer | None]
"""Looks at method, path, query string, headers and body; gives a refusal."""
CredentialCheck = Callable[[Mapping[str, str], Mapping[str, list[str]]], Answer | None]


class Front:
    """An ASGI application around ministack's.

    Args:
        inner: what answers in the end.
        health: what the health path tells.
        refuse_credentials: gives the refusal of a request whose access key nobody holds.
        check: gives the refusal of a request that policies do not allow; None to ask nobody.
    """

    def __init__(
        self,
        inner: Asgi,
        *,
        health: Mapping[str, object],
        refuse_credentials: CredentialCheck,
        check: Check | None = None,
    ) -> None:
        self._inner = inner
        self._health = json.dumps({"service": BANNER, **health}).encode()
        self._refuse_credentials = refuse_credentials
        self._check = check
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
        if self._check is not None:
            receive, body = await _whole(receive)
            answer = self._check(
                scope["method"],
                scope.get("raw_path", scope["path"].encode()).decode("latin-1").partition("?")[0],
                scope.get("query_string", b"").decode("latin-1"),
                _headers(scope),
                body,
            )
            if answer is not None:
                await _reply(send, answer)
                return
        await self._inner(scope, receive, send)
        if scope["method"] not in ("GET", "HEAD", "OPTIONS"):
            self.last_write = time.monotonic()

    def _answer_here(self, scope: _Scope) -> Answer | None:
        if scope["path"] == HEALTH_PATH:
            return Answer(200, {"Content-Type": "application/json"}, self._health)
        headers = _headers(scope)
        if not _is_local(headers):
            return Answer(403, {"Content-Type": "text/plain"}, b"The embedded AWS is local only.\n")
        query = parse_qs(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
        return self._refuse_credentials(headers, query)


def _headers(scope: _Scope) -> dict[str, str]:
    return {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}


async def _whole(receive: _Receive) -> tuple[_Receive, bytes]:
    """A request's body, and what gives it once more."""
    messages = [await receive()]
    while messages[-1].get("more_body"):
        messages.append(await receive())
    again = iter(messages)

    async def replay() -> MutableMapping[str, Any]:
        message = next(again, None)
        return message if message is not None else await receive()

    return replay, b"".join(each.get("body", b"") for each in messages)


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
