"""Suspects: the keys and texts of a document that hold a mark, and what the rules say of them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from mlops_gitops.config.document import Document, Json, Path
from mlops_gitops.config.rules import rules_in
from mlops_gitops.config.schemas import PER_STAGE, Schema, resolve, single_value
from mlops_gitops.config.suspicions import MARKS
from mlops_gitops.config.written import Written
from mlops_gitops.problems import Problem

_ANY_MARK = re.compile("|".join(map(re.escape, MARKS)) + r"|[^\t\n\r -~]|[a-z0-9/+]{40}")
_STRICT = ("pattern", "enum", "const", "x-rule")
_FILLED = "x-placeholders"
"""Annotation of a text in which placeholders are filled in."""


def suspects(document: Document, schema: Schema) -> Iterator[Problem]:
    """Say what the rules have against keys and texts that hold a mark."""
    for written in _words(schema, document):
        problem = _problem(document, written)
        if problem is not None:
            yield problem


def _problem(document: Document, written: Written) -> Problem | None:
    for rule in rules_in("document"):
        said = rule.check(written)
        if said is not None:
            where = document.where_key if written.is_key else document.where
            problem: Problem = said.at(where(*written.path), document.pointer(*written.path))
            return problem
    return None


class _Open(NamedTuple):
    """A value that waits for its turn, and the way to it; the path is made when it is needed."""

    value: Json
    schema: Schema | None
    around: "_Open | None"
    part: str | int
    is_marked: bool

    def path(self) -> Path:
        parts: list[str | int] = []
        here = self
        while here.around is not None:
            parts.append(here.part)
            here = here.around
        return tuple(reversed(parts))


def _words(schema: Schema, document: Document) -> Iterator[Written]:
    """Give the keys and texts of a document that hold a mark; a loop, as files may be large."""
    waiting = [_Open(dict(document.value), schema, None, "", is_marked=False)]
    while waiting:
        here = waiting.pop()
        if isinstance(here.value, str):
            if here.is_marked or _ANY_MARK.search(here.value.lower()):
                yield _text(_one(schema, here), here.value, here.path())
        elif isinstance(here.value, list):
            waiting += _items(here, here.value)
        elif isinstance(here.value, dict):
            node = _one(schema, here) or {}
            yield from _keys(node, here.value, here)
            waiting += _members(node, here.value, here)


def _holds(value: Json) -> bool:
    """Tell whether there can be a text in a value."""
    return isinstance(value, (str, list, dict)) and bool(value)


def _items(around: _Open, value: list[Json]) -> Iterator[_Open]:
    node = _schema(around.schema.get("items")) if around.schema else None
    for index, item in enumerate(value):
        if _holds(item):
            yield _Open(item, node, around, index, around.is_marked)


def _keys(node: Schema, value: Mapping[str, Json], around: _Open) -> Iterator[Written]:
    known = tuple(node.get("properties", {}))
    for key in value:
        if _ANY_MARK.search(key.lower()):
            at = (*around.path(), key)
            yield Written(text=key, path=at, is_key=True, is_strict=bool(known), known=known)


def _members(node: Schema, value: Mapping[str, Json], around: _Open) -> Iterator[_Open]:
    properties, others = node.get("properties", {}), node.get("additionalProperties")
    for key, item in value.items():
        if _holds(item):
            is_marked = around.is_marked or bool(_ANY_MARK.search(key.lower()))
            yield _Open(item, _schema(properties.get(key, others)), around, key, is_marked)


def _text(node: Schema | None, text: str, path: Path) -> Written:
    is_strict = node is not None and _FILLED not in node and any(key in node for key in _STRICT)
    return Written(text=text, path=path, is_key=False, is_strict=is_strict)


def _one(schema: Schema, here: _Open) -> Schema | None:
    """Follow a schema to what holds for one value; stages are keys like any others."""
    if here.schema is None:
        return None
    node = resolve(schema, here.schema)
    if PER_STAGE not in node:
        return node
    one = single_value(node)
    staged = isinstance(here.value, dict)
    return {"additionalProperties": one} if staged else resolve(schema, one)


def _schema(node: Any) -> Schema | None:
    return node if isinstance(node, Mapping) else None
