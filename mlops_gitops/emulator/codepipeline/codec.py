"""Frozen dataclasses to JSON and back, by their annotations.

The state file holds nothing but what these dataclasses say, so that what is loaded
equals what was saved.
"""

from __future__ import annotations

import collections.abc
import dataclasses
import enum
import functools
import types
import typing
from typing import Any, TypeVar

T = TypeVar("T")


def encode(value: Any) -> Any:
    """Give the JSON form of dataclasses, enums, tuples and mappings."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: encode(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, (tuple, list)):
        return [encode(item) for item in value]
    if isinstance(value, collections.abc.Mapping):
        return {key: encode(item) for key, item in value.items()}
    return value


def decode(kind: type[T], value: Any) -> T:
    """Read a value of this kind from its JSON form."""
    return typing.cast("T", _decode(kind, value))


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _decode(kind: Any, value: Any) -> Any:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is types.UnionType:
        (inner,) = [argument for argument in arguments if argument is not types.NoneType]
        return None if value is None else _decode(inner, value)
    if origin is tuple:
        return tuple(_decode(arguments[0], item) for item in value)
    if origin is collections.abc.Mapping:
        return {key: _decode(arguments[1], item) for key, item in value.items()}
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        hints = _hints(kind)
        return kind(**{name: _decode(hints[name], item) for name, item in value.items()})
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return kind(value)
    return value
