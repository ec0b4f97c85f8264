"""Calls of GitHub's REST API: tried again while that can help, refused in plain words.

Sources: "Rate limits for the REST API", "Best practices for using the REST API" and "Using
pagination in the REST API", GitHub documentation. A limit answers 403 or 429. `Retry-After` says
how long to wait; else, where `x-ratelimit-remaining` is 0, `x-ratelimit-reset` says until when;
else it is a minute. A 403 without any of it is a missing permission.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeVar

import httpx

from mlops_gitops import __version__
from mlops_gitops.config.said import masked, printable
from mlops_gitops.errors import HostError, ReadOnlyToken
from mlops_gitops.ports import Clock

_Result = TypeVar("_Result")

_TRIES = 5
_LONGEST_WAIT = 300.0
_A_MINUTE = 60.0
_TIMEOUT = httpx.Timeout(30.0, connect=10.0)
_LIMITED = frozenset({httpx.codes.FORBIDDEN, httpx.codes.TOO_MANY_REQUESTS})
_HIDDEN = frozenset({httpx.codes.FORBIDDEN, httpx.codes.NOT_FOUND})
_LONGEST_QUOTE = 300


class _LaterError(Exception):
    """What may work later: why not now, and after how many seconds, if GitHub says so."""

    def __init__(self, why: str, wait: float | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.wait = wait


class GitHubCalls:
    """One place to call, with one token.

    Args:
        api: base URL, `https://api.github.com` or `https://HOST/api/v3` of an Enterprise Server.
        token: sent to that host and nowhere else; it is in no message.
        clock: waits.

    Raises:
        HostError: the URL would send the token in the clear.
    """

    def __init__(self, api: str, token: str, clock: Clock) -> None:
        self._api = httpx.URL(api.rstrip("/") + "/")
        self._token = token
        self._clock = clock
        loopback = self._api.host in {"127.0.0.1", "localhost", "::1"}
        if self._api.scheme != "https" and not loopback:
            hint = "Give the API's address with https://."
            raise HostError("GitHub's token is sent over HTTPS only.", hint=hint)

    def patiently(self, act: Callable[["Caller"], _Result]) -> _Result:
        """Do something of one or more calls, from its beginning again while that can help.

        What was done already has to be found again by it: the answer to a call may be lost.

        Raises:
            ReadOnlyToken: the token may not do it.
            HostError: GitHub refused, or did not answer after all tries.
        """
        waited = 0.0
        with self._client() as client:
            for tried in range(_TRIES):
                try:
                    return act(Caller(client, self._clock, self._token))
                except _LaterError as later:
                    wait = 2.0**tried if later.wait is None else later.wait
                    waited += wait
                    if tried == _TRIES - 1 or waited > _LONGEST_WAIT:
                        raise _gave_up(later.why, wait) from None
                    self._clock.sleep(wait)
        raise AssertionError

    def _client(self) -> httpx.Client:
        headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {self._token}",
            "User-Agent": f"mlops-gitops/{__version__}",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        return httpx.Client(base_url=self._api, headers=headers, timeout=_TIMEOUT)


class Caller:
    """Calls, each of them tried once."""

    def __init__(self, client: httpx.Client, clock: Clock, token: str) -> None:
        self._client = client
        self._clock = clock
        self._token = token

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Call one path below the base URL; give what it answers.

        Raises:
            ReadOnlyToken: the token may not, or there is no such thing.
            HostError: GitHub refused.
        """
        return self._json(self._send(method, path, body))

    def pages(self, path: str) -> Iterator[Any]:
        """List everything below a path, following the links from page to page."""
        path = f"{path}?per_page=100"
        while path:
            response = self._send("GET", path, None)
            yield from self._json(response)
            path = self._next(response)

    def _next(self, response: httpx.Response) -> str:
        address = response.links.get("next", {}).get("url", "")
        if address and not _same_origin(httpx.URL(address), self._client.base_url):
            hint = "Check the address of the API."
            raise HostError("GitHub's list goes on at another host.", hint=hint)
        return address

    def _send(self, method: str, path: str, body: Mapping[str, Any] | None) -> httpx.Response:
        try:
            response = self._client.request(method, path, json=body)
        except httpx.TransportError as error:
            raise _LaterError(f"GitHub was not reached: {self._shown(str(error))}") from None
        if not response.is_success:
            self._refuse(method, response)
        return response

    def _refuse(self, method: str, response: httpx.Response) -> None:
        where = f"{method} {response.url.path}"
        why = f"GitHub answered {response.status_code} to {where}: {self._said(response)}"
        if response.is_server_error:
            raise _LaterError(why, _retry_after(response))
        if response.status_code in _LIMITED and _is_limit(response):
            raise _LaterError(why, _until(response, self._clock.now()))
        if response.status_code in _HIDDEN:
            hint = (
                "Give the token the permissions that docs/pull-request-comment.md names; the "
                "token of a pull request from a fork never has them."
            )
            raise ReadOnlyToken(why, hint=hint)
        hint = "Check the token, the repository's name and the address of the API."
        raise HostError(why, hint=hint)

    def _json(self, response: httpx.Response) -> Any:
        try:
            return response.json() if response.content else None
        except ValueError:
            hint = "Check the address of the API, and the proxy in between."
            message = f"What answered at {response.url.host} is not GitHub: it sent no JSON."
            raise HostError(message, hint=hint) from None

    def _said(self, response: httpx.Response) -> str:
        try:
            message = response.json()["message"]
        except (ValueError, KeyError, TypeError):
            message = response.reason_phrase
        return self._shown(str(message))

    def _shown(self, text: str) -> str:
        return printable(masked(text.replace(self._token, "..."))[:_LONGEST_QUOTE])


def _same_origin(one: httpx.URL, other: httpx.URL) -> bool:
    return (one.scheme, one.host, one.port) == (other.scheme, other.host, other.port)


def _is_limit(response: httpx.Response) -> bool:
    return (
        response.status_code == httpx.codes.TOO_MANY_REQUESTS
        or "retry-after" in response.headers
        or response.headers.get("x-ratelimit-remaining") == "0"
        or "rate limit" in response.text.lower()
    )


def _until(response: httpx.Response, now: datetime) -> float:
    """Give the seconds to wait that a limit asks for."""
    reset = response.headers.get("x-ratelimit-reset", "")
    if (asked := _retry_after(response)) is not None:
        return asked
    if response.headers.get("x-ratelimit-remaining") == "0" and reset.isdecimal():
        return max(1.0, int(reset) - now.timestamp() + 1)
    return _A_MINUTE


def _retry_after(response: httpx.Response) -> float | None:
    asked = response.headers.get("retry-after", "")
    return float(asked) if asked.isdecimal() else None


def _gave_up(why: str, wait: float) -> HostError:
    when = f"in about {wait / 60:.0f} minutes" if wait > _A_MINUTE else "later"
    return HostError(why, hint=f"Run this again {when}; nothing is done twice.")
