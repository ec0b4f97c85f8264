"""Threads: several things at once, and nobody waits for those that never end."""

from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import BoundedSemaphore, Thread

from mlops_gitops.status.finding import Finding

_AT_ONCE = 8
"""Requests under way at once; CloudFormation throttles reads at a few a second per account."""


class ThreadWorkers:
    """A thread for each thing; the program ends without those that are still busy."""

    def __init__(self) -> None:
        self._ended: SimpleQueue[tuple[int, Finding | BaseException]] = SimpleQueue()
        self._places = BoundedSemaphore(_AT_ONCE)

    def start(self, number: int, look: Callable[[], Finding]) -> None:
        """Begin with something; its number is given back when it has ended."""
        Thread(target=self._work, args=(number, look), daemon=True).start()

    def next(self, seconds: float) -> tuple[int, Finding] | None:
        """Wait for whatever ends next; None if nothing does in time.

        Whatever a look raises is raised here.
        """
        try:
            number, ended = self._ended.get(timeout=seconds)
        except Empty:
            return None
        if isinstance(ended, BaseException):
            raise ended
        return number, ended

    def _work(self, number: int, look: Callable[[], Finding]) -> None:
        with self._places:
            try:
                self._ended.put((number, look()))
            except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
                self._ended.put((number, error))
