"""Fence: a world that only whoever leads can reach, and only until told to end."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mlops_gitops.use_cases.world import World

_OUTSIDE = (
    *("stacks", "assets", "pipelines", "mending", "machines", "models", "images", "endpoints"),
    *("model_cards", "sagemaker_pipelines", "sagemaker_usage", "identity", "clock", "branches"),
)
"""Ports that reach out of this machine, or wait."""


class Stopping(Exception):
    """The watcher was told to end; the call that was under way has ended, no other is made."""


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

    def close(self, because: Exception) -> None:
        """Let nothing through any more."""
        self._refused = self._refused or because

    def pass_through(self) -> None:
        """Let one call through.

        Raises:
            Stopping: the watcher was told to end.
            LeaseLost: another one may lead.
        """
        if self._refused is not None:
            raise self._refused
        try:
            self._check()
        except Exception as refused:
            self.close(refused)
            raise

    def around(self, world: World) -> World:
        """Give a world whose every call has to pass."""
        behind: dict[str, Any] = {
            name: Fenced(getattr(world, name), self.pass_through) for name in _OUTSIDE
        }
        return replace(world, **behind)


class Fenced:
    """Any port, behind a fence: its type is that of the port, which it gives through.

    Args:
        port: the port.
        pass_through: is asked before each of its calls.
    """

    def __init__(self, port: Any, pass_through: Callable[[], None]) -> None:
        self._port = port
        self._pass_through = pass_through

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._port, name)
        if not callable(found):
            return found

        def fenced(*given: Any, **named: Any) -> Any:
            self._pass_through()
            return found(*given, **named)

        return fenced
