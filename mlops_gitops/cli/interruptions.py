"""Interruptions: how a command is told to end, and how one ends that has to clear up first."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_BASE = 128


class Terminated(KeyboardInterrupt):
    """A polite kill, as runners of CI and containers send it when a job is cancelled."""


@contextlib.contextmanager
def terminable() -> Iterator[None]:
    """Let a polite kill end what is in here as Ctrl-C does.

    Left to the system it would end a program without a word, and not at all where that is the
    first process of a container. Whoever handles it already, such as `demo`, goes on to do so.
    """
    if signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL or not _can_handle():
        yield
        return

    def terminate(_number: int, _frame: FrameType | None) -> None:
        raise Terminated

    before = signal.signal(signal.SIGTERM, terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _can_handle() -> bool:
    return threading.current_thread() is threading.main_thread()


def interrupted_code(error: BaseException) -> int:
    """Give the exit code for an interruption; click hands on one that it caught as its own."""
    told = isinstance(error, Terminated) or isinstance(error.__context__, Terminated)
    return _BASE + (signal.SIGTERM if told else signal.SIGINT)


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
