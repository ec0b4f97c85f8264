"""A clock that moves when somebody sleeps."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from mlops_gitops.adapters.memory.atomic import atomic

_START = datetime(2026, 1, 1, 12, tzinfo=UTC)


@atomic
class MemoryClock:
    """Time that stands still until somebody sleeps, and then takes the world with it.

    Args:
        on_sleep: is called after each sleep, once the time has moved.
    """

    def __init__(self, on_sleep: Callable[[], object]) -> None:
        self._now = _START
        self._on_sleep = on_sleep

    def now(self) -> datetime:
        """Give the time in UTC."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Move the time, and then the world."""
        self._now += timedelta(seconds=seconds)
        self._on_sleep()
