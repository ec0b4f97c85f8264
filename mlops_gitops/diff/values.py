"""Values of a template: when two are the same to CloudFormation, and how they are shown."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mlops_gitops.diff.plan import ValueChange

_IDENTITIES = ("Sid", "VariantName", "PolicyName", "ParameterName", "Key", "Name", "Id")
"""Keys that tell the items of a list apart, so that one more item does not change them all."""

_MISSING = object()


def canonical(value: Any) -> Any:
    """Spell a value in the one way in which equal values are equal.

    CloudFormation takes scalars as text, so `1` and `"1"`, `true` and `"true"` are the same;
    JSON inside a string is compared as JSON.
    """
    match value:
        case bool() | int() | float():
            return _canonical_number(value)
        case str():
            return _canonical_text(value)
        case Mapping():
            return {str(key): canonical(value[key]) for key in sorted(value, key=str)}
        case Sequence():
            return [canonical(item) for item in value]
        case _:
            return value


def _canonical_number(number: float) -> str:
    if isinstance(number, bool):
        return "true" if number else "false"
    return str(int(number)) if number == int(number) else repr(number)


def _canonical_text(text: str) -> str:
    if not text.lstrip().startswith(("{", "[")):
        return text
    try:
        inner = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return json.dumps(inner, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def show(value: Any) -> str:
    """Write a canonical value on one line; intrinsic functions in the short `${...}` form."""
    match value:
        case str():
            return value
        case {"Ref": str(name)} if len(value) == 1:
            return f"${{{name}}}"
        case {"Fn::GetAtt": [str(name), str(attribute)]} if len(value) == 1:
            return f"${{{name}.{attribute}}}"
        case {"Fn::Sub": str(text)} if len(value) == 1:
            return text
        case list() if all(isinstance(item, str) for item in value):
            return "[" + ", ".join(value) + "]"
        case _:
            return json.dumps(value, ensure_ascii=False, sort_keys=True)


def value_changes(name: str, before: Any, after: Any) -> Iterator[ValueChange]:
    """Find the leaves in which two canonical values differ; nothing exactly if they are equal."""
    if before == after:
        return
    match before, after:
        case dict(), dict() if not (is_intrinsic(before) or is_intrinsic(after)):
            yield from _changes_in(name, before, after, ".{}")
        case list(), list() if (items := _identified(before, after)) is not None:
            yield from _changes_in(name, *items, "[{}]")
        case list(), list() if len(before) == len(after) and _have_parts(before + after):
            yield from _changes_in(name, dict(enumerate(before)), dict(enumerate(after)), "[{}]")
        case _:
            yield ValueChange(name, before=_shown(before), after=_shown(after))


def compare_values(
    name: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[ValueChange]:
    """Find the leaves in which two canonical objects differ; a name starts with its prefix."""
    for key in sorted(before.keys() | after.keys()):
        yield from value_changes(
            f"{name}{key}", before.get(key, _MISSING), after.get(key, _MISSING)
        )


def _changes_in(
    name: str, before: Mapping[Any, Any], after: Mapping[Any, Any], part: str
) -> Iterator[ValueChange]:
    for key in [*before, *(key for key in after if key not in before)]:
        yield from value_changes(
            name + part.format(key), before.get(key, _MISSING), after.get(key, _MISSING)
        )


def _shown(value: Any) -> str | None:
    return None if value is _MISSING else show(value)


def is_intrinsic(value: Mapping[str, Any]) -> bool:
    """Whether an object is a function of CloudFormation, whose value is not known."""
    return len(value) == 1 and next(iter(value)).startswith(("Ref", "Fn::"))


def _have_parts(items: list[Any]) -> bool:
    return all(isinstance(item, dict | list) for item in items)


def _identified(
    before: list[Any], after: list[Any]
) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Key the items of two lists by what tells them apart; None where nothing does."""
    for identity in _IDENTITIES:
        old, new = _by(identity, before), _by(identity, after)
        if old is None or new is None:
            continue
        # Order means something in a list: if it is all that differs, the list differs as a whole.
        same_order = [key for key in old if key in new] == [key for key in new if key in old]
        return (old, new) if same_order else None
    return None


def _by(identity: str, items: list[Any]) -> dict[str, Any] | None:
    keyed = {
        item[identity]: item
        for item in items
        if isinstance(item, dict) and isinstance(item.get(identity), str)
    }
    return keyed if len(keyed) == len(items) else None
