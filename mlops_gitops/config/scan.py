"""Scanned values: what reading a text gives, and what it says if the text is not taken."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from mlops_gitops.config import refusals
from mlops_gitops.config.said import Said

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"
Path: TypeAlias = "tuple[str | int, ...]"

_MAX_DIGITS = 400


class Refused(Exception):
    """The text is not taken: what to say, at which character (0 for the first), on which path."""

    def __init__(self, said: Said, offset: int, path: Path = ()) -> None:
        super().__init__(said.message)
        self.said = said
        self.offset = offset
        self.path = path


@dataclass(frozen=True, slots=True)
class Scanned:
    """A value, and the offset of the first character of each key and value in it, by path."""

    value: Json
    values: Mapping[Path, int]
    keys: Mapping[Path, int]


def to_number(text: str, *, is_integer: bool) -> int | float | None:
    """Convert a JSON number; None for one that 64-bit floating point cannot hold."""
    if not is_integer:
        value = float(text)
        return None if value in (float("inf"), float("-inf")) else value
    # Python itself refuses to convert more than 4,300 digits.
    integer = int(text) if len(text) <= _MAX_DIGITS else None
    return integer if integer is not None and abs(integer) <= refusals.MAX_INTEGER else None


def position(text: str, offset: int) -> tuple[int, int]:
    """Turn an offset into a line and a column, both from 1, in characters."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
