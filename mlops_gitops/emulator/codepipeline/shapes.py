"""Requests checked against the service model, in AWS's own words.

Lengths, patterns, enumerations and required members come from botocore's model, so no
limit is written down here.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any

import botocore.session
from botocore.model import ListShape, MapShape, ServiceModel, StringShape, StructureShape

from mlops_gitops.emulator.codepipeline.errors import ApiError

TYPES: dict[str, type | tuple[type, ...]] = {
    "structure": Mapping,
    "map": Mapping,
    "list": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "long": int,
    "timestamp": (int, float, str),
}


@functools.cache
def service_model() -> ServiceModel:
    """Load the CodePipeline model that botocore ships."""
    return botocore.session.Session().get_service_model("codepipeline")


def check_request(operation: str, request: Mapping[str, Any]) -> None:
    """Check a request against the input shape of an operation of the model.

    Raises:
        ApiError: SerializationException for a wrong JSON type, otherwise
            ValidationException with every constraint that does not hold.
    """
    shape = service_model().operation_model(operation).input_shape
    broken = list(_broken(shape, request, "")) if shape else []
    if broken:
        many = "s" if len(broken) > 1 else ""
        raise ApiError(
            "ValidationException",
            f"{len(broken)} validation error{many} detected: {'; '.join(broken)}",
        )


def _broken(shape: Any, value: Any, path: str) -> Iterator[str]:
    expected = TYPES[shape.type_name]
    if not isinstance(value, expected) or (isinstance(value, bool) != (expected is bool)):
        raise ApiError(
            "SerializationException", f"Expected a {shape.type_name} at '{path or 'request'}'"
        )
    for constraint in _constraints(shape, value):
        shown = f"Value '{_java(value)}' at '{path}'"
        yield f"{shown} failed to satisfy constraint: Member must {constraint}"
    yield from _inside(shape, value, path)


def _inside(shape: Any, value: Any, path: str) -> Iterator[str]:
    dot = f"{path}." if path else ""
    if isinstance(shape, StructureShape):
        for name in shape.required_members:
            if value.get(name) is None:
                yield (
                    f"Value null at '{dot}{name}' failed to satisfy constraint: "
                    "Member must not be null"
                )
        for name, member in shape.members.items():
            if value.get(name) is not None:
                yield from _broken(member, value[name], f"{dot}{name}")
    elif isinstance(shape, ListShape):
        for number, item in enumerate(value, 1):
            yield from _broken(shape.member, item, f"{dot}{number}.member")
    elif isinstance(shape, MapShape):
        for key, item in value.items():
            yield from _broken(shape.key, key, f"{dot}key")
            yield from _broken(shape.value, item, f"{dot}{key}.member")


def _constraints(shape: Any, value: Any) -> Iterator[str]:
    limits = shape.metadata
    sized = isinstance(value, (str, list, Mapping))
    size = len(value) if sized else value
    what = "have length" if sized else "have value"
    if "max" in limits and size > limits["max"]:
        yield f"{what} less than or equal to {limits['max']}"
    if "min" in limits and size < limits["min"]:
        yield f"{what} greater than or equal to {limits['min']}"
    if isinstance(shape, StringShape):
        pattern = limits.get("pattern")
        if pattern and not re.fullmatch(pattern, value, re.ASCII):
            yield f"satisfy regular expression pattern: {pattern}"
        if shape.enum and value not in shape.enum:
            yield f"satisfy enum value set: [{', '.join(shape.enum)}]"


def _java(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_java, value))}]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}={_java(item)}" for key, item in value.items()) + "}"
    return str(value)
