"""What goes wrong at a call, as far as a port can see it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Any

from faults.line import Happens, Killed, Line

from mlops_gitops.adapters.memory.clock import MemoryClock
from mlops_gitops.errors import AwsError, NotAuthorized

SECRET = "AKIA" + "FAULTFAULTFAULTF"
"""AWS quotes what it was asked with; nobody may read it in what a command says."""
_AGAIN = "Repeat the command; what was done so far is not done twice."
_JUMP = timedelta(hours=1)


class Fault(Enum):
    """One thing that goes wrong at one call."""

    KILLED_BEFORE = "kill -9 before the call"
    KILLED_AFTER = "kill -9 after it, the answer unheard"
    REFUSED = "refused: throttled, HTTP 500 or 503"
    NOT_ANSWERED = "timed out or reset, and nothing was done"
    ANSWER_LOST = "timed out or reset, and it was done"
    EXPIRED = "the token expires, for this call and all after it"
    CLOCK_FORWARD = "the clock jumps an hour ahead"
    CLOCK_BACK = "the clock jumps an hour back"
    SECOND_ACTOR = "somebody else runs the same command here"

    @property
    def short(self) -> str:
        """Name it in the head of a table."""
        return self.name.lower().replace("_", " ")

    @property
    def kills(self) -> bool:
        """Whether nobody hears of it."""
        return self in {Fault.KILLED_BEFORE, Fault.KILLED_AFTER}

    @property
    def refuses(self) -> bool:
        """Whether AWS, or the way to it, says no."""
        return self in {Fault.REFUSED, Fault.NOT_ANSWERED, Fault.ANSWER_LOST, Fault.EXPIRED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Disturbance:
    """What happens at a call, and at all calls after it where that differs."""

    at: Happens
    after: Happens | None = None


def disturbance(fault: Fault, clock: MemoryClock, somebody_else: Callable[[], Any]) -> Disturbance:
    """Give what a fault does.

    Args:
        fault: which.
        clock: of the cloud.
        somebody_else: runs the same command, to its end.
    """
    return {
        Fault.KILLED_BEFORE: Disturbance(at=_kill),
        Fault.KILLED_AFTER: Disturbance(at=_done_and_killed),
        Fault.REFUSED: Disturbance(at=_refuse),
        Fault.NOT_ANSWERED: Disturbance(at=_lose),
        Fault.ANSWER_LOST: Disturbance(at=_done_and_lost),
        Fault.EXPIRED: Disturbance(at=_expire, after=_expire),
        Fault.CLOCK_FORWARD: Disturbance(at=_first(lambda: _jump(clock, _JUMP))),
        Fault.CLOCK_BACK: Disturbance(at=_first(lambda: _jump(clock, -_JUMP))),
        Fault.SECOND_ACTOR: Disturbance(at=_first(somebody_else)),
    }[fault]


def _kill(line: Line, _do: Callable[[], Any]) -> Any:
    line.is_dead = True
    raise Killed


def _done_and_killed(line: Line, do: Callable[[], Any]) -> Any:
    do()
    return _kill(line, do)


def _refuse(_line: Line, _do: Callable[[], Any]) -> Any:
    message = f"While calling AWS, AWS said ThrottlingException: Rate exceeded for {SECRET}"
    raise AwsError(message, hint=_AGAIN, code="ThrottlingException")


def _lose(_line: Line, _do: Callable[[], Any]) -> Any:
    message = f"While calling AWS: Connection was closed before we received a response, {SECRET}"
    raise AwsError(message, hint=f"Check the network. {_AGAIN}")


def _done_and_lost(line: Line, do: Callable[[], Any]) -> Any:
    do()
    return _lose(line, do)


def _expire(_line: Line, _do: Callable[[], Any]) -> Any:
    message = f"While calling AWS, AWS said ExpiredToken: The token {SECRET} is expired"
    hint = "Sign in again, then repeat the command; what was done so far is not done twice."
    raise NotAuthorized(message, hint=hint, code="ExpiredToken")


def _first(event: Callable[[], Any]) -> Happens:
    def happens(_line: Line, do: Callable[[], Any]) -> Any:
        event()
        return do()

    return happens


def _jump(clock: MemoryClock, how_far: timedelta) -> None:
    clock._now += how_far
