"""What lasts a moment only, seen on a machine that may be held up for longer than that."""

from collections.abc import Callable
from typing import TypeVar

_T = TypeVar("_T")
_TRIES = 20


def seen_in_time(attempt: Callable[[int], _T | None]) -> _T:
    """Try anew, with another name each time, until the moment was seen.

    Args:
        attempt: is given a number, and gives what it saw; None if it came too late.
    """
    for number in range(_TRIES):
        if (seen := attempt(number)) is not None:
            return seen
    raise AssertionError(f"{_TRIES} times in a row the moment was over, or never came.")
