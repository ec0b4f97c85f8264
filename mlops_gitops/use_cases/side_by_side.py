"""Do the same with many things at once, as waiting for AWS takes most of the time."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_AT_ONCE = 8
"""Requests under way at once; CloudFormation throttles reads at a few a second per account."""

_Thing = TypeVar("_Thing")
_Result = TypeVar("_Result")


def side_by_side(do: Callable[[_Thing], _Result], things: Iterable[_Thing]) -> tuple[_Result, ...]:
    """Call a function with each thing, in threads; give the results in the things' order.

    Whoever interrupts is not made to wait for the threads, and what has not begun never begins.
    """
    pool = ThreadPoolExecutor(_AT_ONCE)
    try:
        return tuple(pool.map(do, things))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
