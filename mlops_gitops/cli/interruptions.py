"""Interruptions, for a command that has to stop what it started."""

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_BASE = 128


class Interruptions:
    """Ctrl-C, the end of the terminal and a polite kill become `SystemExit(128 + signal)`."""

    def __init__(self) -> None:
        self._pending = 0
        self._holding = False

    @contextlib.contextmanager
    def caught(self) -> Iterator[None]:
        """Handle the signals in here; afterwards they mean what they meant before."""
        before = {number: signal.signal(number, self._handle) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Let what is in here end first; an interruption is raised after it."""
        self._holding = True
        try:
            yield
        finally:
            self._holding = False
        if self._pending:
            raise SystemExit(_BASE + self._pending)

    def _handle(self, number: int, _frame: FrameType | None) -> None:
        self._pending = number
        if not self._holding:
            raise SystemExit(_BASE + number)
