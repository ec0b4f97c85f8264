"""Places: where each key and value of a JSON text stands, found only as far as somebody asks.

What lies before the place asked for is skipped by the standard library's C parser, and what was
found is kept, so that even a place at the end of a file of 1 MiB costs a fraction of a second.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from json import JSONDecoder
from json.decoder import scanstring  # type: ignore[attr-defined]  # typeshed leaves it out
from json.scanner import make_scanner
from typing import TypeAlias

from mlops_gitops.config.scan import Path

Child: TypeAlias = tuple[str | int, int, int]
"""A key or index of an object or list, where it begins and where its value does."""

_skip_value = make_scanner(JSONDecoder())  # type: ignore[arg-type]  # typeshed types the result only
_BLANK = re.compile(r"[ \t\n\r]*+")
_TO_FIRST = re.compile(r"[\[{][ \t\n\r]*+")
_TO_VALUE = re.compile(r"[ \t\n\r]*+:[ \t\n\r]*+")
_TO_NEXT = re.compile(r"[ \t\n\r]*+,?[ \t\n\r]*+")
_SIMPLE = re.compile(r"[\w.+-]++[ \t\n\r]*+,[ \t\n\r]*+", re.ASCII)


def children(text: str, at: int) -> Iterator[Child]:
    """Walk the object or list that begins at a character.

    The text must be good up to the last child that is taken; a value is skipped only when the
    child after it is asked for.
    """
    walk = _members if text[at] == "{" else _items
    return walk(text, _end(_TO_FIRST, text, at))


def _members(text: str, at: int) -> Iterator[Child]:
    while text[at : at + 1] not in {"}", ""}:
        key, end = scanstring(text, at + 1, True)  # noqa: FBT003 - its third argument is positional
        value = _end(_TO_VALUE, text, end)
        yield key, at, value
        at = _end(_TO_NEXT, text, _skip_value(text, value)[1])


def _items(text: str, at: int) -> Iterator[Child]:
    index = 0
    while text[at : at + 1] not in {"]", ""}:
        # Numbers and words, of which half a million fit into a file, are skipped by one regex.
        simple = _SIMPLE.scanner(text, at)  # type: ignore[attr-defined]  # typeshed leaves it out
        for match in iter(simple.match, None):
            yield index, at, at
            index, at = index + 1, match.end()
        yield index, at, at
        index, at = index + 1, _end(_TO_NEXT, text, _skip_value(text, at)[1])


def end_of(text: str, at: int) -> int:
    """Give where the value that begins at a character ends."""
    end: int = _skip_value(text, at)[1]
    return end


def index_of(text: str, start: int, at: int) -> int:
    """Count what comes before a character in the list that begins at `start`."""
    count = 0
    for child in children(text, start):
        if child[2] >= at:
            break
        count += 1
    return count


@dataclass(slots=True)
class _Container:
    """An object or array, walked as far as somebody asked."""

    rest: Iterator[Child]
    found: dict[str | int, Child] = field(default_factory=dict)

    def find(self, part: str | int) -> Child | None:
        if part not in self.found:
            for child in self.rest:
                self.found[child[0]] = child
                if child[0] == part:
                    break
        return self.found.get(part)


@dataclass(slots=True)
class Places:
    """The places in one good JSON text; a cache, so the same text always gives the same places."""

    text: str
    _containers: dict[int, _Container] = field(default_factory=dict)

    def value(self, path: Path) -> int:
        """Give where a value begins; the nearest one around it where it is not written."""
        at = _end(_BLANK, self.text, 0)
        for part in path:
            child = self._child(at, part)
            if child is None:
                break
            at = child[2]
        return at

    def key(self, path: Path) -> int | None:
        """Give where a key begins; None where it is not written."""
        *parents, last = path
        at = self.value(())
        for part in parents:
            child = self._child(at, part)
            if child is None:
                return None
            at = child[2]
        child = self._child(at, last) if isinstance(last, str) else None
        return None if child is None else child[1]

    def _child(self, at: int, part: str | int) -> Child | None:
        if self.text[at : at + 1] not in {"{", "["}:
            return None
        if at not in self._containers:
            self._containers[at] = _Container(children(self.text, at))
        return self._containers[at].find(part)


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at
