"""Traffic at the door of the embedded AWS: counted, and refused above a limit as AWS refuses it.

For whoever measures how a program treats an account. AWS's limits are buckets that fill by so
many calls a second and hold what may come at once ("Request throttling", Amazon EC2 API
reference); whoever finds one empty hears `Throttling` of services that speak XML,
`ThrottlingException` of those that speak JSON ("Common errors" of each service), and `SlowDown` of
S3.
"""

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs

from mlops_gitops.emulator.wire import Answer, json_error

_SIGNED = re.compile(r"Credential=([^/]+)/\d+/[^/]*/([^/]+)/aws4_request")
_MESSAGE = "Rate exceeded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One call, as far as it can be told from outside."""

    account: str
    service: str
    operation: str


class Traffic:
    """Looks at every signed request.

    Args:
        account_of: gives the account of an access key; empty for a key that nobody holds.
        limit: calls a second of each account to each service; 0 for no limit.
        record: a file that gets a line of JSON for each call; None for no record.
        now: seconds of a clock that never goes back.
    """

    def __init__(
        self,
        account_of: Callable[[str], str],
        *,
        limit: float = 0,
        record: Path | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._account_of = account_of
        self._limit = limit
        self._record = record
        self._now = now
        self._buckets: dict[tuple[str, str], _Bucket] = {}

    def check(
        self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes
    ) -> Answer | None:
        """Give the refusal of a call that comes too early."""
        signed = _SIGNED.search(headers.get("authorization", ""))
        if signed is None:
            return None
        seen = Seen(
            account=self._account_of(signed[1]),
            service=signed[2],
            operation=_operation(method, path, query, headers, body),
        )
        taken = not self._limit or self._bucket(seen).takes(self._now())
        if self._record is not None:
            self._note(self._record, seen, taken=taken)
        return None if taken else _refusal(seen, headers)

    def _bucket(self, seen: Seen) -> "_Bucket":
        key = (seen.account, seen.service)
        return self._buckets.setdefault(key, _Bucket(self._limit, self._now()))

    def _note(self, record: Path, seen: Seen, *, taken: bool) -> None:
        line = {
            "account": seen.account,
            "service": seen.service,
            "operation": seen.operation,
            "taken": taken,
        }
        with record.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


@dataclass(slots=True)
class _Bucket:
    """What is left of a limit; it holds one second's calls."""

    rate: float
    at: float
    left: float = field(init=False)

    def __post_init__(self) -> None:
        self.left = self.rate

    def takes(self, now: float) -> bool:
        self.left = min(self.rate, self.left + (now - self.at) * self.rate)
        self.at = now
        taken = self.left >= 1
        self.left -= taken
        return taken


def _operation(method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> str:
    """Name an operation as its protocol does; of S3 and other REST services method and query."""
    if target := headers.get("x-amz-target", ""):
        return target.rpartition(".")[2]
    form = headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    if form and (action := parse_qs(body.decode("latin-1")).get("Action")):
        return action[0]
    what = "object" if path.strip("/").count("/") else "bucket"
    return f"{method} {what}" + (" (list)" if "list-type" in query else "")


def _refusal(seen: Seen, headers: Mapping[str, str]) -> Answer:
    if seen.service == "s3":
        return _xml(
            503, "<Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>"
        )
    if "x-amz-target" in headers:
        return json_error(400, "ThrottlingException", _MESSAGE)
    error = f"<Type>Sender</Type><Code>Throttling</Code><Message>{_MESSAGE}</Message>"
    return _xml(400, f"<ErrorResponse><Error>{error}</Error></ErrorResponse>")


def _xml(status: int, text: str) -> Answer:
    return Answer(status, {"Content-Type": "text/xml"}, text.encode())
