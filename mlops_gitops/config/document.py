"""Documents: a file's values, each of which knows its line and column."""

import json
import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, NoReturn

from mlops_gitops.config import refusals
from mlops_gitops.config.refusals import MAX_BYTES, MAX_DEPTH
from mlops_gitops.config.said import Said, masked
from mlops_gitops.config.scan import Json, Path, Refused, Scanned, to_number
from mlops_gitops.problems import Location, Problem

if TYPE_CHECKING:
    # Good files are read without scanning them and without looking for places.
    from mlops_gitops.config.places import Places

__all__ = ["Document", "Json", "Path", "read_document"]

_HALF_PAIR = re.compile(r"\\u[dD][89a-fA-F]")
_BOM = b"\xef\xbb\xbf"
_LFS = "version https://git-lfs.github.com/spec/"
_CONFLICT_MARK = "<<<<<<< "
_CONFLICT = re.compile(rf"^{_CONFLICT_MARK}", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Document:
    """A file that has been read: its value, and where everything in it stands.

    Attributes:
        path: relative to the repository's root, with forward slashes.
        value: the object the file holds.
        text: what the file says; the source of every place.
        scanned: places that were found while reading; None for JSON, whose places are looked for
            when somebody asks.
    """

    path: str
    value: Mapping[str, Json]
    text: str
    scanned: Scanned | None = field(default=None, repr=False, compare=False)

    def where(self, *path: str | int) -> Location:
        """Give the place of a value; the nearest one around it where it is not written."""
        if self.scanned is None:
            return self._at(_places(self.text).value(path))
        return self._nearest(self.scanned.values, path)

    def where_key(self, *path: str | int) -> Location:
        """Give the place of a key; that of the value around it where it is not written."""
        key = _places(self.text).key(path) if self.scanned is None else self.scanned.keys.get(path)
        return self.where(*path) if key is None else self._at(key)

    def pointer(self, *path: str | int) -> str:
        """Give the JSON pointer (RFC 6901) of a path."""
        return pointer(path)

    def at(self, offset: int) -> Location:
        """Give the place of a character, counted from 0."""
        return self._at(offset)

    def _nearest(self, places: Mapping[Path, int], path: Path) -> Location:
        while path not in places and path:
            path = path[:-1]
        return self._at(places.get(path, 0))

    def _at(self, offset: int) -> Location:
        starts = _line_starts(self.text)
        line = bisect_right(starts, offset)
        return Location(self.path, line, offset - starts[line - 1] + 1)


def read_document(path: str, data: bytes) -> Document | Problem:
    """Read a JSON file; the first thing that cannot be taken is the one problem it has."""
    text = decode(path, data, MAX_BYTES)
    if isinstance(text, Problem):
        return text
    value = _read_fast(text)
    if value is None:
        from mlops_gitops.config.scanner import scan

        try:
            scan(text)
        except Refused as refused:
            return problem_at(path, text, refused)
        value = json.loads(text)
    if not isinstance(value, dict):
        start = len(text) - len(text.lstrip())
        return problem_at(path, text, Refused(refusals.not_an_object(kind_of(value)), start))
    return Document(path, value, text)


def decode(path: str, data: bytes, limit: int) -> str | Problem:
    """Decode a file's bytes, or say why they are no text that we take."""
    start = Location(path, 1, 1)
    if len(data) > limit:
        return refusals.too_large(len(data), limit).at(start)
    if data.startswith(_BOM):
        return refusals.byte_order_mark().at(start)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start].decode()
        said = refusals.not_utf8(data[error.start], error.start)
        return problem_at(path, before, Refused(said, len(before)))
    if text.startswith(_LFS):
        return refusals.lfs_pointer().at(start)
    conflict = _CONFLICT.search(text) if _CONFLICT_MARK in text else None
    if conflict is not None:
        return problem_at(path, text, Refused(refusals.conflict(), conflict.start()))
    return text if text.strip() else refusals.empty().at(start)


def problem_at(path: str, text: str, refused: Refused) -> Problem:
    """Give a refusal its line and column."""
    where = Document(path, {}, text).at(refused.offset)
    return refused.said.at(where, pointer(refused.path))


def pointer(path: Path) -> str:
    """Spell a path as a JSON pointer (RFC 6901); a key that is a secret is shortened."""
    return "".join(f"/{masked(str(part)).replace('~', '~0').replace('/', '~1')}" for part in path)


def kind_of(value: object) -> str:
    """Name a value's JSON type with its article."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    kinds = {str: "a text", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return kinds[type(value)]


@lru_cache(maxsize=64)
def _places(text: str) -> "Places":
    from mlops_gitops.config.places import Places

    return Places(text)


@lru_cache(maxsize=64)
def _line_starts(text: str) -> list[int]:
    return [0, *(match.end() for match in re.finditer("\n", text))]


class _DoubtError(ValueError):
    """The fast reader met something that the scanner has to judge."""


def _read_fast(text: str) -> Json:
    """Read with the C parser; None where the scanner has to look closer."""
    if _HALF_PAIR.search(text):
        return None
    try:
        value: Json = _DECODER.decode(text)
    except (ValueError, RecursionError):
        return None
    # Few brackets cannot be deep; only unusual files pay for being measured.
    many = text.count("{") + text.count("[") > MAX_DEPTH
    return None if many and _is_too_deep(value) else value


def _is_too_deep(value: Json) -> bool:
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)  # type: ignore[union-attr]  # only lists and objects are in a level
            if isinstance(inner, (dict, list))
        ]
        if not level:
            return False
    return True


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _DoubtError
    return found


def _integer(text: str) -> int | float:
    return _survivor(to_number(text, is_integer=True))


def _float(text: str) -> int | float:
    return _survivor(to_number(text, is_integer=False))


def _survivor(value: float | None) -> int | float:
    if value is None:
        raise _DoubtError
    return value


def _refuse(_constant: str) -> NoReturn:
    raise _DoubtError


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique, parse_int=_integer, parse_float=_float, parse_constant=_refuse
)


def said_at(said: Said, document: Document, *path: str | int) -> Problem:
    """Give what was said the place of a value."""
    return said.at(document.where(*path), pointer(path))
