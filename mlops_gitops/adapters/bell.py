"""What wakes a watcher: somebody who rings, a signal, or the time."""

import time
from queue import Empty, SimpleQueue


class SignalBell:
    """A bell that threads ring, and that a signal stops for good.

    A `SimpleQueue` may be put to from a signal handler, whatever the thread below it was doing; an
    event or a lock may not. Source: the standard library's reference of `queue`.
    """

    def __init__(self) -> None:
        self._rings: SimpleQueue[None] = SimpleQueue()
        self._signal = 0

    @property
    def signal(self) -> int:
        """Give the number of the signal that told the watcher to end; see `Bell.signal`."""
        return self._signal

    def ring(self) -> None:
        """Wake whoever waits; ringing twice wakes once."""
        if self._rings.empty():
            self._rings.put(None)

    def stop(self, signal: int) -> None:
        """Tell the watcher to end, by the number of a signal."""
        self._signal = self._signal or signal
        self._rings.put(None)

    def wait(self, seconds: float) -> bool:
        """Wait until somebody rings, or the time is over; see `Bell.wait`."""
        try:
            self._rings.get(timeout=max(seconds, 0.0))
        except Empty:
            return False
        return not self._signal


class BootStopwatch:
    """Seconds since the machine was started, those included in which it slept.

    A virtual machine that was put to sleep must not believe that its lease still holds. Source:
    CLOCK_BOOTTIME, clock_gettime(2); elsewhere than on Linux the monotonic clock counts sleep.
    """

    _clock = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)

    def seconds(self) -> float:
        """Give seconds since some moment."""
        return time.clock_gettime(self._clock)
