"""Named files: what a config names beside itself, found by its schema's `x-file`."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from mlops_gitops.config.declared import Config
from mlops_gitops.config.document import Json, Path
from mlops_gitops.config.schemas import (
    BESIDE,
    FILE,
    INSIDE,
    PER_STAGE,
    Schema,
    resolve,
    single_value,
)

_ELSEWHERE = "://"


class Kind(Enum):
    """What a path may lead to; the values are those of `x-file` (`true` is `"file"`)."""

    FILE = "file"
    FOLDER = "folder"
    EITHER = "file_or_folder"
    FUNCTION = "function"
    SCRIPT = "script"
    """A file that may read everything in the config's folder, so all of that is named with it."""
    BESIDE = "beside"
    """A file that may be missing: `x-beside` names it, not the user."""


@dataclass(frozen=True, slots=True)
class Named:
    """A file or a folder that a config names.

    Attributes:
        at: where in the config it is named.
        text: as it is written there.
        path: relative to the repository's root; begins with `../` or `/` where it leads out.
    """

    at: Path
    text: str
    path: str
    kind: Kind


def named_files(config: Config) -> tuple[Named, ...]:
    """List what a config names, in the order of its schema; addresses such as `s3://` are none."""
    schema = config.type.schema
    found = (
        named
        for field, node in schema["properties"].items()
        if field in config.fields
        for at, text, kind in _in_field(config, field, schema, node)
        if text.strip() and _ELSEWHERE not in text
        for named in _named(config, at, text, kind)
    )
    return tuple(dict.fromkeys(found))


def _named(config: Config, at: Path, text: str, kind: Kind) -> Iterator[Named]:
    yield Named(at, text, config.beside(_path_in(text, kind)), kind)
    if kind is Kind.SCRIPT:
        yield Named(at, text, config.beside("."), Kind.FOLDER)


def _path_in(text: str, kind: Kind) -> str:
    """Leave out the name of a function: `code/train.py:main` is in `code/train.py`."""
    return text.rpartition(":")[0] if kind is Kind.FUNCTION and ":" in text else text


def _in_field(
    config: Config, field: str, schema: Schema, node: Schema
) -> Iterator[tuple[Path, str, Kind]]:
    value = config.fields[field]
    if field in config.staged and isinstance(value, dict):
        for stage, each in value.items():
            yield from _walk(schema, single_value(node), each, (field, stage))
    else:
        single = single_value(node) if PER_STAGE in node else node
        yield from _walk(schema, single, value, (field,))


def _walk(schema: Schema, node: Any, value: Json, at: Path) -> Iterator[tuple[Path, str, Kind]]:
    """Go through a value along its schema; a branch that is for other values is not entered."""
    if not isinstance(node, dict):
        return
    node = resolve(schema, node)
    if not _may_be(schema, node, value):
        return
    if BESIDE in node and isinstance(value, dict):
        yield at, node[BESIDE], Kind.BESIDE
    if node.get(FILE) and isinstance(value, str):
        yield at, value, Kind.FILE if node[FILE] is True else Kind(node[FILE])
    for branch in _branches(schema, node, value):
        yield from _walk(schema, branch, value, at)
    for key, inner, each in _inside(node, value):
        yield from _walk(schema, inner, each, (*at, key))


def _branches(schema: Schema, node: Schema, value: Json) -> Iterator[Any]:
    """Give what else a schema says of the same value."""
    for key in ("anyOf", "oneOf", "allOf"):
        yield from node.get(key, ())
    if "if" in node:
        yield node.get("then" if _may_be(schema, resolve(schema, node["if"]), value) else "else")


def _inside(node: Schema, value: Json) -> Iterator[tuple[str | int, Any, Json]]:
    """Give what is in a value, with what the schema says of it."""
    if isinstance(value, dict):
        known, others = node.get("properties", {}), node.get("additionalProperties")
        for key, each in value.items():
            inner = known.get(key, others)
            if not (isinstance(inner, dict) and inner.get(INSIDE) in value):
                yield key, inner, each
    if isinstance(value, list):
        yield from ((index, node.get("items"), each) for index, each in enumerate(value))


def _may_be(schema: Schema, node: Schema, value: Json) -> bool:
    """Tell whether a schema's constants and required keys leave room for a value."""
    if not isinstance(value, Mapping):
        return True
    if not all(key in value for key in node.get("required", ())):
        return False
    return all(
        _is_allowed(resolve(schema, inner), value[key])
        for key, inner in node.get("properties", {}).items()
        if key in value and isinstance(inner, dict)
    )


def _is_allowed(node: Schema, value: Json) -> bool:
    if "const" in node:
        return bool(node["const"] == value)
    return value in node["enum"] if "enum" in node else True


def leads_out(path: str) -> bool:
    """Tell whether a normal path leaves the repository."""
    return path == ".." or path.startswith(("../", "/"))


def globs_of(named: Collection[str]) -> Iterator[str]:
    """Give the globs of files, and of everything in folders, as git takes them."""
    if "." in named:
        yield "**"
    for path in named:
        glob = re.sub(r"([*?\[\\])", r"\\\1", path)
        yield from (glob, f"{glob}/**")
