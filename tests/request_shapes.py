"""Requests held to botocore's description of an API: members, kinds, limits and patterns."""

import functools
from collections.abc import Iterator
from typing import Any

import botocore.session
import regex
from botocore.validate import ParamValidator


@functools.cache
def _service(name: str) -> Any:
    return botocore.session.get_session().get_service_model(name)


def refusals(service: str, operation: str, request: Any) -> list[str]:
    """Say what the API would refuse of a request; nothing is sent."""
    shape = _service(service).operation_model(operation).input_shape
    report = ParamValidator().validate(request, shape)
    found = [report.generate_report()] if report.has_errors() else []
    return found + list(_limits(request, shape, operation))


def _limits(value: Any, shape: Any, place: str) -> Iterator[str]:
    """Look at what botocore leaves to the service."""
    match shape.type_name:
        case "structure":
            for name in value.keys() & shape.members.keys():
                yield from _limits(value[name], shape.members[name], f"{place}.{name}")
        case "map":
            yield from _between(len(value), shape, place)
            for name, each in value.items():
                yield from _limits(name, shape.key, f"{place} key")
                yield from _limits(each, shape.value, f"{place}.{name}")
        case "list":
            yield from _between(len(value), shape, place)
            for each in value:
                yield from _limits(each, shape.member, f"{place}[]")
        case "string":
            yield from _between(len(value), shape, place)
            yield from _text(value, shape, place)
        case "integer" | "float" | "double" | "long":
            yield from _between(value, shape, place)


def _text(value: str, shape: Any, place: str) -> Iterator[str]:
    pattern = shape.metadata.get("pattern")
    if pattern and not regex.fullmatch(pattern, value):
        yield f"{place}: {value!r} is not {pattern}"
    if shape.enum and value not in shape.enum:
        yield f"{place}: {value!r} is none of {shape.enum}"


def _between(size: float, shape: Any, place: str) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and size < least:
        yield f"{place}: {size} is less than {least}"
    if most is not None and size > most:
        yield f"{place}: {size} is more than {most}"
