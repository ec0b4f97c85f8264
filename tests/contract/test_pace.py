"""Calls go out as fast as AWS takes them, whoever of the threads makes them."""

import heapq
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import ClientError

from mlops_gitops.adapters.aws.pace import Pace, Paces

ACCOUNT, OTHER = "222222222222", "333333333333"
_SAID = b"<Error><Code>Throttling</Code><Message>Rate exceeded</Message></Error>"
REFUSAL = b"<ErrorResponse>" + _SAID + b"</ErrorResponse>"
ANSWER = b"<Response><DescribeStacksResult><Stacks/></DescribeStacksResult></Response>"


class Bucket:
    """A limit as AWS has it: so many calls a second, and as many at once after a pause."""

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self._left, self._at = rate, 0.0
        self.answers: list[bool] = []

    def takes(self, now: float) -> bool:
        """Answer or refuse one call."""
        self._left = min(self.rate, self._left + (now - self._at) * self.rate)
        self._at = now
        taken = self._left >= 1
        self._left -= taken
        self.answers.append(taken)
        return taken


def made_by_threads(pace: Pace, bucket: Bucket, calls: int, threads: int) -> float:
    """Make calls from many threads that take 50 ms each; give the seconds that all of it took.

    Turns are told by a queue and not by a machine, so it is the same each time.
    """
    ready = [(0.0, thread, "new") for thread in range(threads)]
    now, left = 0.0, calls
    while ready:
        now, thread, what = heapq.heappop(ready)
        if what == "taken":
            pace.taken(now)
            what = "new"
        elif what == "refused":
            pace.refused(now, now - 0.05)
        if what == "new":
            if not left:
                continue
            left -= 1
        if seconds := pace.wait(now):
            heapq.heappush(ready, (now + seconds, thread, "waiting"))
            continue
        heapq.heappush(ready, (now + 0.05, thread, "taken" if bucket.takes(now) else "refused"))
    return now


@pytest.mark.parametrize("threads", [1, 8, 40])
@pytest.mark.parametrize("limit", [2, 5, 20])
def test_many_threads_keep_to_a_limit_that_nobody_told_them(limit: int, threads: int) -> None:
    """Few calls are refused, none is repeated in a burst, and most of the limit is used."""
    bucket = Bucket(limit)

    took = made_by_threads(Pace(), bucket, 300, threads)

    refused = bucket.answers.count(False)
    assert bucket.answers.count(True) == 300
    # Those under way when the first was refused, and one in twenty of those after.
    assert refused <= threads + 15
    assert took <= 1.2 * 300 / limit


def test_nobody_is_held_up_where_nothing_is_refused() -> None:
    """A limit that is not there costs nothing."""
    took = made_by_threads(Pace(), Bucket(10_000), 1_000, 8)

    assert took == pytest.approx(1_000 / 8 * 0.05)


def test_who_was_slowed_down_becomes_fast_again() -> None:
    """What one morning's refusal taught is forgotten by noon."""
    pace = Pace()
    pace.refused(0.1, 0)

    assert pace.rate(0.2) < 1
    assert pace.rate(3600) == float("inf")
    assert pace.wait(3600) == pace.wait(3600) == 0


class Time:
    """A clock that moves when somebody sleeps."""

    def __init__(self) -> None:
        self.at = 0.0

    def now(self) -> float:
        """Give the time."""
        return self.at

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.at += seconds


class Service:
    """What answers a client instead of a network, and when it was called."""

    def __init__(self, clock: Time, refusals: Iterator[bool]) -> None:
        self._clock = clock
        self._refusals = refusals
        self.called: list[float] = []

    def answer(self, request: Any, **_: Any) -> AWSResponse:
        """Answer or refuse."""
        self.called.append(self._clock.now())
        status, body = (400, REFUSAL) if next(self._refusals, False) else (200, ANSWER)
        return AWSResponse(request.url, status, {}, Body(body))


class Body:
    """A body that has been received."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self) -> Iterator[bytes]:
        """Give all of it."""
        yield self._content


def client(paces: Paces, service: Service, account: str = ACCOUNT) -> Any:
    """A client of an account whose calls reach no network."""
    made = boto3.client(
        "cloudformation",
        region_name="us-east-1",
        aws_access_key_id=account,
        aws_secret_access_key="x",
        config=Config(retries={"mode": "standard", "total_max_attempts": 4}),
    )
    paces.hold(account, made)
    made.meta.events.register_last("before-send", service.answer)
    return made


def test_what_was_refused_is_sent_again_when_its_turn_comes() -> None:
    """More often than a lost connection, and never in a burst."""
    clock = Time()
    service = Service(clock, iter([True] * 8))

    client(Paces(clock.now, clock.sleep), service).describe_stacks()

    waits = [later - sooner for sooner, later in pairwise(service.called)]
    assert len(service.called) == 9
    assert min(waits) >= 1


def test_whoever_is_refused_for_ever_hears_so() -> None:
    """In AWS's own words, after a minute at most."""
    clock = Time()
    service = Service(clock, iter([True] * 99))

    with pytest.raises(ClientError, match="Rate exceeded"):
        client(Paces(clock.now, clock.sleep), service).describe_stacks()

    assert 10 < clock.at < 60


def test_clients_of_one_account_share_its_pace() -> None:
    """What is changed there, and another account's, is not slowed down with it."""
    clock = Time()
    paces = Paces(clock.now, clock.sleep)
    client(paces, Service(clock, iter([True]))).describe_stacks()
    began = clock.at
    service = Service(clock, iter([]))

    client(paces, service, OTHER).describe_stacks()
    client(paces, service).delete_stack(StackName="churn")
    assert clock.at == began
    client(paces, service).describe_stacks()
    assert clock.at > began
