"""Whether a task's parameters fit its operation, before it is called.

The sentences are Step Functions' own, as issue 15 of aws/aws-step-functions-data-science-sdk-python
and issue 9181 of aws/aws-cdk quote them.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

_KINDS: Mapping[str, tuple[str, tuple[type, ...]]] = {
    "structure": ("a STRUCTURE", (dict,)),
    "map": ("a MAP", (dict,)),
    "list": ("an ARRAY", (list,)),
    "string": ("a STRING", (str,)),
    "boolean": ("a BOOLEAN", (bool,)),
    "integer": ("an INTEGER", (int,)),
    "long": ("a LONG", (int,)),
    "float": ("a FLOAT", (int, float)),
    "double": ("a DOUBLE", (int, float)),
}


def problems(value: Any, shape: Any, name: Callable[[str], str]) -> Iterator[str]:
    """What Step Functions says of a value that does not fit botocore's shape."""
    for field, inner, inner_shape in _fields(value, shape, name):
        if inner_shape is None:
            yield f'The field "{field}" is not supported by Step Functions'
        elif inner is None:
            yield f"The field '{field}' is required but was missing"
        elif not _fits(inner, inner_shape.type_name):
            kind = _KINDS[inner_shape.type_name][0]
            yield f"The value for the field '{field}' must be {kind}"
        else:
            yield from problems(inner, inner_shape, name)


def _fields(value: Any, shape: Any, name: Callable[[str], str]) -> Iterator[tuple[str, Any, Any]]:
    match shape.type_name:
        case "structure":
            given = {_member(key, shape, name): (key, inner) for key, inner in value.items()}
            for member, (key, inner) in given.items():
                yield key, inner, shape.members.get(member)
            for member in shape.required_members:
                if member not in given:
                    yield member, None, shape.members[member]
        case "map":
            yield from ((key, inner, shape.value) for key, inner in value.items())
        case "list":
            yield from ((str(at), inner, shape.member) for at, inner in enumerate(value))
        case _:
            pass


def request(value: Any, shape: Any, name: Callable[[str], str]) -> Any:
    """Parameters without problems, as botocore takes them: API names, and blobs as JSON.

    Step Functions writes any value of a blob, texts included, as JSON: an S3 object made of a text
    holds the quotes too.
    """
    match shape.type_name:
        case "structure":
            pairs = ((_member(key, shape, name), inner) for key, inner in value.items())
            return {key: request(inner, shape.members[key], name) for key, inner in pairs}
        case "map":
            return {key: request(inner, shape.value, name) for key, inner in value.items()}
        case "list":
            return [request(inner, shape.member, name) for inner in value]
        case "blob":
            return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
        case _:
            return value


def _member(key: str, shape: Any, name: Callable[[str], str]) -> str:
    """Give the API's name of a member; empty if there is none that is spelled so."""
    return next((member for member in shape.members if name(member) == key), "")


def _fits(value: Any, kind: str) -> bool:
    if kind not in _KINDS:
        return True  # blobs take any JSON, timestamps texts and numbers
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, _KINDS[kind][1])
