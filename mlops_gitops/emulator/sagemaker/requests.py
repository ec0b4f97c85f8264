"""Whether a request agrees with botocore's description of its operation, before anybody acts on it.

The words are those of SageMaker's own ValidationException ("1 validation error detected: …").
AWS passes over members that it does not know; here they are refused, because what a program says
and nobody hears is a mistake.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from mlops_gitops.emulator.shapes import input_shape
from mlops_gitops.emulator.wire import CallError

_KINDS: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "long": int,
    "float": (int, float),
    "double": (int, float),
    "timestamp": (int, float, str),
    "list": list,
    "map": dict,
    "structure": dict,
}


def check_request(operation: str, request: Any) -> None:
    """Refuse a request that SageMaker could not mean.

    Raises:
        CallError: ValidationException, naming every member that is wrong.
    """
    found = list(_problems(request, input_shape("sagemaker", operation), ""))
    if found:
        errors = "error" if len(found) == 1 else "errors"
        message = f"{len(found)} validation {errors} detected: {'; '.join(found)}"
        raise CallError("ValidationException", message)


def _problems(value: Any, shape: Any, place: str) -> Iterator[str]:
    kind = shape.type_name
    if not _is_kind(value, kind):
        yield _failure(value, place, f"Member must be of type {kind}")
        return
    match value:
        case dict() if kind == "structure":
            yield from _of_structure(value, shape, place)
        case dict():
            for key, inner in value.items():
                yield from _problems(inner, shape.value, f"{place}.{key}")
        case list():
            for number, inner in enumerate(value, 1):
                yield from _problems(inner, shape.member, f"{place}.{number}.member")
        case str():
            yield from _of_text(value, shape, place)
        case _:
            pass
    yield from _of_size(value, shape, place)


def _is_kind(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, _KINDS.get(kind, object))


def _of_structure(value: Mapping[str, Any], shape: Any, place: str) -> Iterator[str]:
    for name in shape.required_members:
        if value.get(name) is None:
            yield _failure(None, _member(place, name), "Member must not be null")
    for name, inner in value.items():
        if name not in shape.members:
            yield _failure(inner, _member(place, name), "Member is not known to this operation")
        elif inner is not None:
            yield from _problems(inner, shape.members[name], _member(place, name))


def _of_text(value: str, shape: Any, place: str) -> Iterator[str]:
    if shape.enum and value not in shape.enum:
        allowed = f"Member must satisfy enum value set: [{', '.join(shape.enum)}]"
        yield _failure(value, place, allowed)
    pattern = shape.metadata.get("pattern")
    if pattern and not _matches(pattern, value):
        yield _failure(value, place, f"Member must satisfy regular expression pattern: {pattern}")


def _matches(pattern: str, value: str) -> bool:
    try:
        return re.fullmatch(pattern, value, re.DOTALL) is not None
    except re.error:  # the service writes Java's dialect; what Python cannot read is not checked
        return True


def _of_size(value: Any, shape: Any, place: str) -> Iterator[str]:
    sized = isinstance(value, str | list | dict)
    size = len(value) if sized else value
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and size < low:
        words = "Member must have length greater" if sized else "Member must have value greater"
        yield _failure(value, place, f"{words} than or equal to {low}")
    if high is not None and size > high:
        words = "Member must have length less" if sized else "Member must have value less"
        yield _failure(value, place, f"{words} than or equal to {high}")


def _member(place: str, name: str) -> str:
    member = name[:1].lower() + name[1:]
    return f"{place}.{member}" if place else member


def _failure(value: Any, place: str, constraint: str) -> str:
    shown = "null" if value is None else f"'{value}'"
    return f"Value {shown} at '{place}' failed to satisfy constraint: {constraint}"
