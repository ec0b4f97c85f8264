"""Fence: a world that only whoever leads can reach, and only until told to end."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from threading import Condition
from typing import Any

from mlops_gitops.use_cases.world import World

_INSIDE = {"repository", "data", "blueprints", "commits", "scripts", "python", "instruments"}
"""What does not reach out of this machine; every other port does, or waits."""
_PATIENCE = 90.0
"""Seconds that calls under way get to end; AWS has answered by then, or will not."""


class Stopping(Exception):
    """The watcher was told to end; the calls that are under way end, no other is made."""


class Fence:
    """Lets calls through until its check refuses one, and none from then on.

    What an abandoned commit left behind in threads never acts again, even if this watcher leads
    once more by then.

    Args:
        check: raises where nothing may be done any more.
    """

    def __init__(self, check: Callable[[], None]) -> None:
        self._check = check
        self._refused: Exception | None = None
        self._under_way = 0
        self._quiet = Condition()

    def close(self, because: Exception) -> None:
        """Let nothing through any more, and wait until the calls that are under way have ended."""
        self._refused = self._refused or because
        with self._quiet:
            self._quiet.wait_for(lambda: not self._under_way, _PATIENCE)

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Let one call through.

        Raises:
            Stopping: the watcher was told to end.
            LeaseLost: another one may lead.
        """
        with self._quiet:
            self._under_way += 1
        try:
            self._ask()
            yield
        finally:
            with self._quiet:
                self._under_way -= 1
                self._quiet.notify_all()

    def around(self, world: World) -> World:
        """Give a world whose every call has to pass."""
        behind: dict[str, Any] = {
            each.name: Fenced(port, self)
            for each in fields(world)
            if each.name not in _INSIDE
            and (port := getattr(world, each.name)) is not None
            # A view that the world carries, such as the one that writes plans down.
            and not callable(port)
        }
        return replace(world, **behind)

    def _ask(self) -> None:
        if self._refused is not None:
            raise self._refused
        try:
            self._check()
        except Exception as refused:
            self._refused = refused
            raise


class Fenced:
    """Any port, behind a fence: its type is that of the port, which it gives through."""

    def __init__(self, port: Any, fence: Fence) -> None:
        self._port = port
        self._fence = fence

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._port, name)
        if not callable(found):
            return found

        def fenced(*given: Any, **named: Any) -> Any:
            with self._fence.passing():
                return found(*given, **named)

        return fenced
