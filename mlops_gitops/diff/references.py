"""References in a template: found, renamed, or put in words that need no resource."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

_VARIABLE = re.compile(r"\$\{([A-Za-z0-9]+)(?:\.([A-Za-z0-9.]+))?\}")


@dataclass(frozen=True, slots=True)
class Renamed:
    """The reference stays one, to a resource of another name."""

    logical_id: str


Swap: TypeAlias = Callable[[str, str], "str | Renamed | None"]
"""Logical id and attribute (empty for Ref) -> what stands there instead; None: it stays."""


def swapped(value: Any, swap: Swap) -> Any:  # noqa: PLR0911 -- one for each way of referring
    """Give a value of a template with its references swapped."""
    match value:
        case {"Ref": str(name)} if len(value) == 1:
            return _reference(name, "", value, swap)
        case {"Fn::GetAtt": [str(name), str(attribute)]} if len(value) == 1:
            return _reference(name, attribute, value, swap)
        case {"Fn::GetAtt": str(path)} if len(value) == 1:
            name, _, attribute = path.partition(".")
            return _reference(name, attribute, value, swap)
        case {"Fn::Sub": str(text)} if len(value) == 1:
            return {"Fn::Sub": _text(text, frozenset(), swap)}
        case {"Fn::Sub": [str(text), Mapping() as own]} if len(value) == 1:
            return {"Fn::Sub": [_text(text, frozenset(own), swap), swapped(own, swap)]}
        case Mapping():
            return {key: swapped(inner, swap) for key, inner in value.items()}
        case list() | tuple():
            return [swapped(inner, swap) for inner in value]
        case _:
            return value


def referred(value: Any) -> frozenset[tuple[str, str]]:
    """Collect every reference of a value: logical id and attribute, pseudo parameters left out."""
    found: set[tuple[str, str]] = set()

    def note(name: str, attribute: str) -> None:
        found.add((name, attribute))

    swapped(value, note)
    return frozenset((name, attribute) for name, attribute in found if "::" not in name)


def _reference(name: str, attribute: str, value: Any, swap: Swap) -> Any:
    match swap(name, attribute):
        case None:
            return value
        case Renamed(logical_id):
            return {"Fn::GetAtt": [logical_id, attribute]} if attribute else {"Ref": logical_id}
        case text:
            return text


def _text(text: str, own: frozenset[str], swap: Swap) -> str:
    def variable(found: re.Match[str]) -> str:
        name, attribute = found[1], found[2] or ""
        if name in own:
            return found[0]
        match swap(name, attribute):
            case None:
                return found[0]
            case Renamed(logical_id):
                return f"${{{logical_id}.{attribute}}}" if attribute else f"${{{logical_id}}}"
            case literal:
                return literal

    return _VARIABLE.sub(variable, text)
