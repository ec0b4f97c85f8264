"""The line between a command and its cloud: every call of a port goes over it, and may go wrong.

Calls are told apart by what they ask for and by how often that was asked before, not by their
number: threads may ask in any order, and the same call is the same call in every run.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from threading import RLock
from typing import Any, TypeVar

from mlops_gitops.desired.stack import StackId
from mlops_gitops.use_cases.world import World

_T = TypeVar("_T")
NO_CALLS = {
    *("repository", "data", "blueprints", "write_plan", "python", "scripts", "clock"),
    *("commits", "instruments", "read"),
}
"""What of a world makes no calls that could be lost: values, files of the program, time."""
_CUT = 120
_DIGEST = re.compile(r"^[0-9a-f]{64}$")
"""Of a content, which may name who wrote it and when."""


class Killed(BaseException):
    """The process is gone: nothing after this is done, not even what clears up."""


@dataclass(frozen=True, slots=True, order=True)
class Call:
    """One call of a port.

    Attributes:
        number: how many calls before it asked for the same.
    """

    port: str
    method: str
    asked: str
    number: int

    def __str__(self) -> str:
        """Name it."""
        return f"{self.port}.{self.method}({self.asked})[{self.number}]"


Happens = Callable[["Line", Callable[[], Any]], Any]
"""What happens instead of a call: is given the line, and the call itself."""


class Line:
    """Lets calls through, and notes them; at one of them something else happens.

    Args:
        at: the call, or how many calls come before it; None for none.
        happens: what happens there.
        after: what happens at every call after that one; None for what always happens.
    """

    def __init__(
        self,
        at: Call | int | None = None,
        happens: Happens | None = None,
        after: Happens | None = None,
    ) -> None:
        self.calls: list[Call] = []
        self.is_dead = False
        self.has_happened = False
        self._at, self._happens, self._after = at, happens, after
        self._asked: Counter[tuple[str, str, str]] = Counter()
        self._lock = RLock()

    def over(self, what: _T, names: Sequence[str] | None = None) -> _T:
        """Give a world, or what bootstrap works with, whose ports are reached over this line.

        Args:
            what: has the ports as fields.
            names: of those that are ports; by default those of a world.
        """
        every = tuple(each.name for each in fields(World) if each.name not in NO_CALLS)
        found = every if names is None else names
        ports = {name: Port(self, name, getattr(what, name)) for name in found}
        return replace(what, **ports)  # type: ignore[type-var]  # a dataclass

    def call(self, port: str, method: str, asked: str, do: Callable[[], Any]) -> Any:
        """Let one call through, or let happen what is to happen at it."""
        if self.is_dead:
            raise Killed
        with self._lock:
            number = self._asked[port, method, asked]
            self._asked[port, method, asked] += 1
            made = Call(port, method, asked, number)
            self.calls.append(made)
            is_now = self._at in (made, len(self.calls) - 1)
            is_after = self.has_happened
            self.has_happened |= is_now
        if is_now and self._happens is not None:
            return self._happens(self, do)
        if is_after and self._after is not None:
            return self._after(self, do)
        return do()


class Port:
    """One port, reached over a line."""

    def __init__(self, line: Line, name: str, inner: Any) -> None:
        self._line, self._name, self._inner = line, name, inner

    def __getattr__(self, method: str) -> Any:
        """Give a method that goes over the line; values are as they are."""
        found = getattr(self._inner, method)
        if not callable(found):
            return found

        def called(*arguments: Any, **named: Any) -> Any:
            asked = ", ".join(_said(each) for each in (*arguments, *named.values()))
            return self._line.call(self._name, method, asked, lambda: found(*arguments, **named))

        return called


def _said(argument: Any) -> str:
    match argument:
        case str():
            return _DIGEST.sub("digest", argument)[:_CUT]
        case StackId():
            return str(argument)
        case bytes():
            return "bytes"
        case list() | tuple():
            return f"{len(argument)} things"
        case _:
            return str(getattr(argument, "id", type(argument).__name__))
