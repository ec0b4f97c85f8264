"""What must not take long, whatever a file holds: measured on a machine with other things to do."""

import gc
import time
from collections.abc import Callable
from typing import TypeVar

_T = TypeVar("_T")
_TRIES = 3


def in_time(seconds: float, action: Callable[[], _T]) -> _T:
    """Do something that takes less of a processor than so many seconds; give what came of it.

    Once of three times is enough, and what thousands of tests left in memory does not count:
    a hostile file is as slow the third time, in a process of its own.
    """
    gc.freeze()
    try:
        for _ in range(_TRIES):
            started = time.thread_time()
            done = action()
            took = time.thread_time() - started
            if took < seconds:
                return done
    finally:
        gc.unfreeze()
    raise AssertionError(f"It takes {took:.1f} s, and may take {seconds} s.")
