"""Requests: arguments of steps held to what the API of their job takes.

The facts are botocore's (`scripts/generate_requests.py`). A reference stands for any single value.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path as FilePath
from typing import Any

from mlops_gitops.config.document import Json, Path, kind_of
from mlops_gitops.config.pipeline_problems import unknown_member, wrong_request
from mlops_gitops.config.said import Said, listed, nearest, quoted

_REFERENCES = frozenset({"Get", "Std:Join", "Std:JsonGet"})
_KINDS = {
    "s": "an object",
    "l": "a list",
    "m": "an object",
    "t": "a text",
    "n": "a number",
    "i": "a whole number",
    "b": "true or false",
    "d": "a point in time",
}
_TYPES: Mapping[str, tuple[type, ...]] = {
    "s": (dict,),
    "l": (list,),
    "m": (dict,),
    # The SDK writes numbers where texts are wanted, and SageMaker takes them.
    "t": (str, int, float),
    "n": (int, float),
    "i": (int,),
    "b": (bool,),
    "d": (str, int, float),
}
_FEW = 8


@dataclass(frozen=True, slots=True)
class Facts:
    """What the API models say; the file tells what its members mean."""

    raw: Mapping[str, Any]

    @property
    def types(self) -> tuple[str, ...]:
        """Types of steps whose requests are known, sorted."""
        return tuple(self.raw["requests"])

    def shape(self, name: str) -> Mapping[str, Any]:
        """Give a shape by its name."""
        shape: Mapping[str, Any] = self.raw["shapes"][name]
        return shape

    def description(self, step_type: str) -> Mapping[str, str] | None:
        """Give what a step's job is described with, name -> shape; None if it is not known."""
        names = self.raw["descriptions"].get(step_type)
        if names is None:
            return None
        return {
            member: shape for name in names for member, shape in self.shape(name)["members"].items()
        }


@cache
def request_facts() -> Facts:
    """Read the facts that ship with the package."""
    file = FilePath(__file__).parents[1] / "data" / "requests.json"
    return Facts(json.loads(file.read_bytes()))


def is_reference(value: Json) -> bool:
    """Tell whether a value stands for another one."""
    return isinstance(value, dict) and len(value) == 1 and bool(_REFERENCES & value.keys())


def request_mistakes(step_type: str, arguments: Json) -> Iterator[tuple[Path, Said]]:
    """Say what is wrong with arguments, and where in them; nothing for types that are not known."""
    facts = request_facts()
    request = facts.raw["requests"].get(step_type)
    if request is not None:
        yield from _check(facts, request["shape"], arguments, (), frozenset(request["filled"]))
    for part in facts.raw["parts"].get(step_type, ()):
        at: Path = tuple(part["at"])
        found = _inside(arguments, at)
        if found is not None:
            yield from _check(facts, part["shape"], found, at, frozenset(part["filled"]))


def _inside(value: Json, at: Path) -> Json:
    """Give what is at a place; None where nothing is."""
    for part in at:
        value = value.get(str(part)) if isinstance(value, dict) else None
    return value


def _check(
    facts: Facts, name: str, value: Json, at: Path, filled: frozenset[str] = frozenset()
) -> Iterator[tuple[Path, Said]]:
    shape = facts.shape(name)
    kind = shape["kind"]
    if is_reference(value):
        return
    if not isinstance(value, _TYPES[kind]) or (isinstance(value, bool) and kind in "in"):
        message = f"{_place(at)} has to be {_KINDS[kind]}, and is {kind_of(value)}."
        yield at, wrong_request(message, f"Write {_KINDS[kind]}.")
    elif kind == "s":
        yield from _members(facts, name, value, at, filled)  # type: ignore[arg-type]  # its kind was looked at
    elif isinstance(value, dict | list):
        yield from _size(shape, len(value), "entries", at)
        inside = value.items() if isinstance(value, dict) else enumerate(value)
        for key, each in inside:
            yield from _check(facts, shape["item"], each, (*at, key))
    elif kind == "t":
        yield from _text(shape, str(value), at)
    elif kind in "in":
        yield from _number(shape, value, at)  # type: ignore[arg-type]  # its kind was looked at


def _members(
    facts: Facts, name: str, value: Mapping[str, Json], at: Path, filled: frozenset[str]
) -> Iterator[tuple[Path, Said]]:
    shape = facts.shape(name)
    members = shape["members"]
    free = [member for member in members if member not in value]
    meant = {key: nearest(key, free) for key in value if key not in members}
    for key, close in meant.items():
        if close is None:
            yield (*at, key), unknown_member(key, _place(at))
        else:
            message = f"{_place(at)} has no member {quoted(key)}."
            yield (*at, key), wrong_request(message, f"Did you mean {quoted(close)}?")
    required = (each for each in shape.get("required", ()) if each not in filled)
    missing = [each for each in required if each not in value and each not in meant.values()]
    if missing:
        message = f"{_place(at)} lacks {listed(map(quoted, missing))}."
        yield at, wrong_request(message, "Add it." if len(missing) == 1 else "Add them.")
    for key, each in value.items():
        if key in members:
            yield from _check(facts, members[key], each, (*at, key))


def _size(
    shape: Mapping[str, Any], size: float, what: str, at: Path
) -> Iterator[tuple[Path, Said]]:
    least, most = shape.get("min"), shape.get("max")
    if least is not None and size < least:
        yield at, wrong_request(f"{_place(at)} has {size} {what}.", f"Write at least {least}.")
    if most is not None and size > most:
        yield at, wrong_request(f"{_place(at)} has {size} {what}.", f"Write at most {most}.")


def _text(shape: Mapping[str, Any], value: str, at: Path) -> Iterator[tuple[Path, Said]]:
    values = shape.get("values")
    if values and value not in values:
        close = nearest(value, values)
        few = f"It is one of: {', '.join(values[:_FEW])}{' ...' if values[_FEW:] else ''}."
        hint = f"Did you mean {quoted(close)}?" if close else few
        yield at, wrong_request(f"{_place(at)} cannot be {quoted(value)}.", hint)
    else:
        yield from _size(shape, len(value), "characters", at)


def _number(shape: Mapping[str, Any], value: float, at: Path) -> Iterator[tuple[Path, Said]]:
    least, most = shape.get("min"), shape.get("max")
    if least is not None and value < least:
        yield at, wrong_request(f"{_place(at)} is {value}.", f"Write at least {least}.")
    if most is not None and value > most:
        yield at, wrong_request(f"{_place(at)} is {value}.", f"Write at most {most}.")


def _place(at: Path) -> str:
    names = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in at]
    return quoted("".join(names).removeprefix(".")) if at else "The request"
