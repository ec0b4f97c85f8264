"""What goes over the wire to AWS: recorded once, then answered from the record, with faults.

Calls are told apart by what they ask for, without what differs from run to run. Of calls that
ask for the same, as whoever waits does, the answers come in their order, the last one for ever.
"""

import contextlib
import io
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from threading import RLock
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import botocore.endpoint
from botocore.awsrequest import AWSResponse
from botocore.httpsession import URLLib3Session

_VARYING = re.compile(rb"\d{8}T\d{12}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True, order=True)
class Asked:
    """One thing that is asked of AWS.

    Attributes:
        account: whose credentials are used, as they begin.
        action: as the API calls it; for S3 the method and the path.
        body: digest of the rest.
    """

    account: str
    action: str
    body: str

    def __str__(self) -> str:
        """Name it."""
        return f"{self.action} {self.body}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What AWS answers."""

    status: int
    headers: dict[str, str]
    body: bytes

    def to(self, request: Any) -> AWSResponse:
        """Give it as botocore gets it."""
        return AWSResponse(request.url, self.status, _Headers(self.headers), _Raw(self.body))


Sends = Callable[[Any, Any], Any]
"""Sends a request over a session; gives the answer, or raises what botocore's would."""


@dataclass(slots=True)
class Record:
    """What was asked in one run of a command, and what was answered.

    Attributes:
        broken: how often something else happened in the newest replay.
    """

    answers: dict[Asked, list[Answer]] = field(default_factory=dict)
    broken: int = 0
    _lock: Any = field(default_factory=RLock)

    def noting(self, send: Sends) -> Sends:
        """Send for real, and note the answer."""

        def noted(session: Any, request: Any) -> Any:
            response = send(session, request)
            answer = Answer(response.status_code, dict(response.headers), response.content)
            with self._lock:
                self.answers.setdefault(asked(request), []).append(answer)
            return answer.to(request)

        return noted

    def replaying(self, at: Asked | None = None, fault: "WireFault | None" = None) -> Sends:
        """Answer from the record; at what is asked there, a fault happens."""
        told: Counter[Asked] = Counter()
        self.broken = 0

        def replayed(_session: Any, request: Any) -> Any:
            wanted = asked(request)
            with self._lock:
                known = self.answers.get(wanted)
                if known is None:
                    message = f"Nobody asked for {wanted} before."
                    raise UnknownCallError(message)
                answer = known[min(told[wanted], len(known) - 1)]
                if fault is not None and wanted == at and self.broken < fault.times:
                    self.broken += 1
                    return fault.happens(request, answer)
                told[wanted] += 1
            return answer.to(request)

        return replayed


class UnknownCallError(BaseException):
    """A run asks for what the recorded one did not: nothing may hide this."""


@dataclass(frozen=True, slots=True)
class WireFault:
    """What goes wrong with an answer.

    Attributes:
        times: how often it happens; what happens no more than twice is retried unseen.
        happens: is given the request and what would have been answered.
    """

    name: str
    times: int
    happens: Callable[[Any, Answer], Any]

    @property
    def is_retried(self) -> bool:
        """Whether nobody should notice it."""
        return self.times <= _UNSEEN


_UNSEEN = 2


@contextlib.contextmanager
def on_the_wire(sends: Callable[[Sends], Sends]) -> Iterator[None]:
    """Let whatever asks AWS in here send in another way, and wait for nothing between tries."""
    send, clock = URLLib3Session.send, botocore.endpoint.time
    URLLib3Session.send = sends(send)
    botocore.endpoint.time = SimpleNamespace(sleep=lambda _seconds: None, time=time.time)
    try:
        yield
    finally:
        URLLib3Session.send, botocore.endpoint.time = send, clock


def asked(request: Any) -> Asked:
    """Say what a request asks for."""
    address = urlsplit(request.url)
    # What is uploaded, its key says.
    body = request.body if isinstance(request.body, bytes | str) else b""
    if isinstance(body, str):
        body = body.encode()
    target = _text(request.headers.get("X-Amz-Target", "")).rpartition(".")[2]
    action = target or parse_qs(body.decode("latin-1")).get("Action", [""])[0]
    action = action or f"{request.method} {unquote(address.path)}?{address.query}"
    rest = sha256(_VARYING.sub(b"", body)).hexdigest()[:12] if body else ""
    signed = re.search(r"Credential=([^/]+)/", _text(request.headers.get("Authorization", "")))
    return Asked(signed[1] if signed else "", _VARYING.sub(b"", action.encode()).decode(), rest)


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


class _Headers(dict[str, str]):
    """Headers whose names are no matter of case."""

    def __init__(self, headers: dict[str, str]) -> None:
        super().__init__({name.lower(): value for name, value in headers.items()})

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())

    def __contains__(self, name: object) -> bool:
        return super().__contains__(str(name).lower())

    def get(self, name: str, default: Any = None) -> Any:
        return super().get(name.lower(), default)


class _Raw(io.BytesIO):
    """A body as urllib3 hands it on."""

    def stream(self, amt: int = 65536, **_: Any) -> Iterator[bytes]:
        """Give it in pieces."""
        while piece := self.read(amt):
            yield piece
