"""A row of the table of exit codes."""

from collections.abc import Callable
from dataclasses import dataclass

from functional.desk import Desk, Words


@dataclass(frozen=True, slots=True)
class Row:
    """A command in a situation, and the code that it ends with."""

    command: Words
    situation: Callable[[Desk], None]
    code: int
    words: Words | None = None

    def __str__(self) -> str:
        """Name it."""
        words = self.words or ()
        return "-".join((*self.command, self.situation.__name__, *words, str(self.code)))
