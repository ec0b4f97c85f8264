"""Pace: how fast an account may be called, learned from AWS and shared by all threads.

Every account has a limit of its own for each service, which nobody is told, and which other
people's calls use up, too. So calls go out as fast as they come until AWS says "Rate exceeded";
then a little slower than it took them, and faster again, slowly at first, as long as it does not
say so again. A call that was refused takes its turn like any other, so nothing is repeated in
bursts.

botocore's retry mode `adaptive` is not enough. It has a bucket for each client, and here an
account has several: one for each role and service. It slows reading down because starting was
refused. And it gives up after as many attempts as a lost connection gets, which eight threads
that wait for one account use up.
"""

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

_ALMOST = 0.75
"""Of the rate at which AWS took calls when it refused one."""
_GAIN = 0.05
"""Part of that rate that is added in each second without a refusal."""
_SOON = 20.0
"""Seconds without a refusal after which the rate grows fast: something else was in the way."""
_SLOWEST = 0.5
_FREE = 50.0
"""Calls a second from which on nobody is held up any more."""
_WINDOW = 1.0
"""Seconds over which it is counted what AWS takes."""
_PATIENCE = 15
"""Times that one call is sent again."""

# Not LimitExceededException, which CodePipeline says of quotas that no waiting helps against.
_REFUSALS = frozenset(
    {
        "EC2ThrottledException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
_SENT = "mlops_gitops_sent"
_READING = ("BatchGet", "Describe", "Get", "Head", "List")


@dataclass(slots=True)
class Pace:
    """How fast one group of calls goes out; times are seconds of a clock that never goes back."""

    _rate: float = _FREE
    _slowed_at: float = float("-inf")
    _next: float = 0.0
    _taken: deque[float] = field(default_factory=deque)
    _lock: Lock = field(default_factory=Lock)

    def rate(self, now: float) -> float:
        """Give the calls a second; `inf` for as many as come."""
        quiet = now - self._slowed_at
        rate = self._rate * (1 + _GAIN * quiet + (quiet / _SOON) ** 3)
        return rate if rate < _FREE else float("inf")

    def wait(self, now: float) -> float:
        """Give 0 if a call may go out now, which takes the turn; else seconds until the next one.

        A turn is nobody's before it comes: who waits when AWS refuses somebody waits longer.
        """
        with self._lock:
            if now < self._next:
                return self._next - now
            self._next = now + 1 / self.rate(now)
            return 0.0

    def taken(self, now: float) -> None:
        """Note that AWS did not refuse a call."""
        with self._lock:
            self._taken.append(now)
            self._forget(now)

    def refused(self, now: float, sent: float) -> None:
        """Slow down, once for all calls that were under way when the first of them was refused.

        Args:
            now: when AWS's answer came.
            sent: when the call went out.
        """
        with self._lock:
            if sent <= self._slowed_at:
                return
            self._forget(now)
            took = len(self._taken) / _WINDOW
            self._rate = max(_SLOWEST, min(took, self.rate(now)) * _ALMOST)
            self._slowed_at = now
            self._next = now + 1 / self._rate

    def _forget(self, now: float) -> None:
        while self._taken and self._taken[0] <= now - _WINDOW:
            self._taken.popleft()


class Paces:
    """The pace of every account, service and group of calls; of one process.

    Args:
        now: seconds of a clock that never goes back.
        sleep: waits.
    """

    def __init__(
        self,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._now = now
        self._sleep = sleep
        self._lock = Lock()
        self._paces: dict[tuple[str, str, bool], Pace] = {}

    def hold(self, account: str, client: Any) -> None:
        """Let a boto3 client's calls go out at the pace of an account."""
        _Held(self, account, client.meta.service_model.service_name).watch(client.meta.events)

    def wait(self, account: str, service: str, operation: str) -> float:
        """Wait for the next turn; give the time at which it came."""
        pace = self._pace(account, service, operation)
        while (seconds := pace.wait(self._now())) > 0:
            self._sleep(seconds)
        return self._now()

    def taken(self, account: str, service: str, operation: str) -> None:
        """Note that AWS did not refuse a call."""
        self._pace(account, service, operation).taken(self._now())

    def refused(self, account: str, service: str, operation: str, sent: float) -> None:
        """Note that AWS refused a call for coming too early."""
        self._pace(account, service, operation).refused(self._now(), sent)

    def _pace(self, account: str, service: str, operation: str) -> Pace:
        """Give the pace of a group: what reads and what changes have limits of their own."""
        key = (account, service, operation.startswith(_READING))
        with self._lock:
            return self._paces.setdefault(key, Pace())


OF_THIS_PROCESS = Paces()
"""Whoever opens a repository again, as the watcher does, goes on at the pace that was learned."""


@dataclass(frozen=True, slots=True)
class _Held:
    """What is told of each call of a client, by botocore's events."""

    paces: Paces
    account: str
    service: str

    def watch(self, events: Any) -> None:
        """Hear of every attempt before it is sent, and of what came of it."""
        events.register_first("before-send", self.before_send)
        # The first who wants a call repeated says when; about anything else botocore decides.
        events.register_first("needs-retry", self.needs_retry)

    def before_send(self, request: Any, event_name: str, **_: Any) -> None:
        """Wait for the call's turn. The signature, made before, is good for five minutes."""
        operation = event_name.rpartition(".")[2]
        request.context[_SENT] = self.paces.wait(self.account, self.service, operation)

    def needs_retry(
        self,
        response: tuple[Any, Mapping[str, Any]] | None,
        event_name: str,
        attempts: int,
        request_dict: Mapping[str, Any],
        **_: Any,
    ) -> float | None:
        """Have what was throttled sent again, when its turn comes."""
        if response is None:
            return None
        group = (self.account, self.service, event_name.rpartition(".")[2])
        if not _is_throttled(response[1]):
            self.paces.taken(*group)
            return None
        self.paces.refused(*group, request_dict["context"].get(_SENT, 0.0))
        return 0.0 if attempts <= _PATIENCE else None


def _is_throttled(parsed: Mapping[str, Any]) -> bool:
    error = parsed.get("Error", {})
    return error.get("Code") in _REFUSALS or error.get("Message") == "Rate exceeded"
