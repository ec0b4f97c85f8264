"""Inserts: structured values of blueprints, one file each, found by being here.

A blueprint says `{"Mlops::Insert": "create_training_job"}` where the value of that file's
`insert(scope)` shall stand; beside other members, its members are added to them. `config.<field>`
stands for a field of the config as it was written. What a value refers to by its content, such as
code, the file's `assets(scope)` gives.
"""

from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import Any

from mlops_gitops.config.document import Json
from mlops_gitops.definitions.asset import Asset
from mlops_gitops.definitions.literal import literal
from mlops_gitops.definitions.scope import Scope

INSERT = "Mlops::Insert"
"""The key of an object in a template that an insert takes the place of, or adds members to."""

_FIELD = "config."


def expand(template: Any, scope: Scope) -> Any:
    """Put every insert of a template in its place.

    Raises:
        ModuleNotFoundError: a template names an insert that there is not.
    """
    match template:
        case {"Mlops::Insert": str() as name} if len(template) == 1:
            return _value(name, scope)
        case {"Mlops::Insert": str() as name, **others}:
            # Beside other members, an insert adds its own to them.
            return {**expand(others, scope), **dict(_members(name, scope))}
        case dict():
            return {key: expand(value, scope) for key, value in template.items()}
        case list():
            return [expand(value, scope) for value in template]
        case _:
            return template


Place = tuple[str | int, ...]
"""Where something stands in a template: the keys and indexes on the way to it."""


def places_of(template: Any, place: Place = ()) -> Iterator[Place]:
    """Give the places of all inserts that do not stand in another one."""
    if isinstance(template, dict) and isinstance(template.get(INSERT), str):
        yield place
        return
    if isinstance(template, dict):
        for key, value in template.items():
            yield from places_of(value, (*place, key))
    elif isinstance(template, list):
        for index, value in enumerate(template):
            yield from places_of(value, (*place, index))


def expand_at(template: Any, place: Place, scope: Scope) -> Any:
    """Put the inserts of one place there; whatever is not on the way to it is not copied."""
    if not place:
        return expand(template, scope)
    copied = template.copy()
    copied[place[0]] = expand_at(template[place[0]], place[1:], scope)
    return copied


def assets_of(names: Iterable[str], scope: Scope) -> tuple[Asset, ...]:
    """Give the documents that inserts refer to, by their names, each once."""
    modules = (_module(name) for name in names if not name.startswith(_FIELD))
    found = (each for one in modules if hasattr(one, "assets") for each in one.assets(scope))
    return tuple({asset.key: asset for asset in found}.values())


def names_in(template: Any) -> Iterator[str]:
    """Give the names of all inserts of a template."""
    inner = template.values() if isinstance(template, dict) else template
    if isinstance(template, dict) and isinstance(template.get(INSERT), str):
        yield template[INSERT]
    for each in inner if isinstance(template, dict | list) else ():
        yield from names_in(each)


def _members(name: str, scope: Scope) -> dict[str, Json]:
    value = _value(name, scope)
    if not isinstance(value, dict):
        raise TypeError(f"Insert {name!r} has no members to stand beside others.")
    return value


def _value(name: str, scope: Scope) -> Json:
    if name.startswith(_FIELD):
        return literal(scope.value(name.removeprefix(_FIELD)))
    value: Json = _module(name).insert(scope)
    return value


def _module(name: str) -> Any:
    if not name.isidentifier():
        raise ModuleNotFoundError(f"There is no insert {name!r}.")
    return import_module(f"{__name__}.{name}")
