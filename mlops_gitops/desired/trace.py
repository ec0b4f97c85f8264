"""Trace: which value of a config reached a place of the template that it was rendered to."""

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

from mlops_gitops.config.declared import Config
from mlops_gitops.config.document import Json
from mlops_gitops.desired.stack import DesiredStack, Template

Path: TypeAlias = tuple[str | int, ...]
"""Keys and indexes from a root."""

_FIELD = "config."
_SECTION_AND_NAME = 2
_IN_TEXT = re.compile(r"\$\{(\w+)[.}]")
_MISSING = object()


def trace(path: Path, stack: DesiredStack, blueprint: Template, config: Config) -> Path | None:
    """Give the place in the config of the one value that a place in the template was made from.

    That is the field behind the only parameter that is referred to there, or the value that an
    insert has put there.

    Args:
        path: keys and indexes from the root of the stack's template.
        stack: what the config was rendered to.
        blueprint: the template that was rendered.
        config: whose place is looked for.

    Returns:
        Keys and indexes from the config's root; None where it is not one value, or not the
        config's.
    """
    if len(path) < _SECTION_AND_NAME:
        return None
    inserted = _insert_at(path, blueprint)
    if inserted is not None and inserted[0].startswith(_FIELD):
        field = inserted[0].removeprefix(_FIELD)
        return _written((*_field_path(config, field, stack.stage), *inserted[1]), config)
    if inserted is not None and path[-1] != "Ref":
        return _only([each for each, _ in _same_values(path, stack, config)], path)
    return _behind_parameter(path, stack, config)


def parameters_at(path: Path, stack: DesiredStack) -> tuple[str, ...]:
    """Name the stack's parameters that are referred to at a place, or inside of it; sorted."""
    return tuple(sorted({name for name in _named(path, stack) if name in stack.parameters}))


def value_at(path: Path, tree: object) -> object:
    """Give what stands at a place of a template; None where nothing does."""
    found = tree
    for part in path:
        found = _child(found, part)
    return None if found is _MISSING else found


def _insert_at(path: Path, blueprint: Template) -> tuple[str, Path] | None:
    """Find the insert on the way to a place: its name, and the way that is left inside it."""
    node: Any = blueprint
    for depth in range(len(path) + 1):
        match node:
            # Beside other members it adds those that the template does not have itself.
            case {"Mlops::Insert": str() as name} if (
                path[depth : depth + 1] != () or len(node) == 1
            ):
                if depth == len(path) or path[depth] not in node:
                    return name, path[depth:]
                node = _child(node, path[depth])
            case _ if depth < len(path):
                node = _child(node, path[depth])
            case _:
                return None
    return None


def _behind_parameter(path: Path, stack: DesiredStack, config: Config) -> Path | None:
    names = {str(path[1])} if path[0] == "Parameters" else set(_named(path, stack))
    origins = [stack.parameters[name].came_from for name in names if name in stack.parameters]
    fields = {
        field
        for field in config.fields
        for origin in origins
        # A place that another one begins with is not the same: 4:1 is not 4:12.
        if re.search(rf"{re.escape(str(config.where(field, stack.stage)))}(?![0-9])", origin)
    }
    return _field_path(config, fields.pop(), stack.stage) if len(fields) == 1 else None


def _named(path: Path, stack: DesiredStack) -> Iterator[str]:
    """Give the parameters that are referred to at a place, or inside of it."""
    node = value_at(path, stack.template)
    if path[-1:] == ("Ref",) and isinstance(node, str):
        yield node
    else:
        yield from _references(node)


def _references(node: object) -> Iterator[str]:
    match node:
        case {"Ref": str() as name}:
            yield name
        case str():
            yield from _IN_TEXT.findall(node)
        case dict():
            for inner in node.values():
                yield from _references(inner)
        case list():
            for inner in node:
                yield from _references(inner)
        case _:
            pass


def _same_values(path: Path, stack: DesiredStack, config: Config) -> Iterator[tuple[Path, Json]]:
    value = value_at(path, stack.template)
    if not isinstance(value, str | int | float):
        return
    for field in config.fields:
        start = _field_path(config, field, stack.stage)
        for place, leaf in _leaves(start, config.value(field, stack.stage)):
            if str(leaf) == str(value):
                yield place, leaf


def _only(places: list[Path], path: Path) -> Path | None:
    """Choose the only place, or the only one that is called as the template calls it."""
    if len(places) > 1:
        called = _plain(_last_name(path))
        places = [place for place in places if _plain(_last_name(place)) == called]
    return places[0] if len(places) == 1 else None


def _leaves(path: Path, value: Json) -> Iterator[tuple[Path, Json]]:
    match value:
        case dict():
            for key, inner in value.items():
                yield from _leaves((*path, key), inner)
        case list():
            for index, inner in enumerate(value):
                yield from _leaves((*path, index), inner)
        case _:
            yield path, value


def _field_path(config: Config, field: str, stage: str) -> Path:
    return (field, stage) if field in config.staged else (field,)


def _written(path: Path, config: Config) -> Path | None:
    """Cut a path where the config ends; None where it does not even have the field."""
    node: Any = config.document.value
    for depth, part in enumerate(path):
        node = _child(node, part)
        if node is _MISSING:
            return path[:depth] or None
    return path


def _child(node: object, part: str | int) -> object:
    match node:
        case dict():
            return node.get(part, _MISSING)
        case list() if isinstance(part, int) and part < len(node):
            return node[part]
        case _:
            return _MISSING


def _last_name(path: Path) -> str:
    return next((part for part in reversed(path) if isinstance(part, str)), "")


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
