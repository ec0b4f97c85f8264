"""Expressions: the three objects of definition JSON that stand for another value.

`{"Get": text}` is a reference, `{"Std:Join": {"On", "Values"}}` puts texts together, and
`{"Std:JsonGet": {"PropertyFile" or "S3Uri", "Path"}}` reads one value from a JSON file.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from mlops_gitops.executor.references import (
    BadReference,
    Json,
    Kind,
    Path,
    Place,
    Reference,
    parse,
    parse_path,
)

GET = "Get"
JOIN = "Std:Join"
JSON_GET = "Std:JsonGet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """An object that was meant to be an expression, and is none.

    Attributes:
        at: where it stands in the value that was searched.
        text: what was written where a reference's text belongs; "" for another mistake.
        message: what is wrong, one sentence.
    """

    at: Place
    text: str
    message: str


@dataclass(frozen=True, slots=True)
class Join:
    """Texts to put together; each value may be an expression."""

    on: str
    values: list[Json]


@dataclass(frozen=True, slots=True)
class JsonGet:
    """A value in a JSON file: a property file, or the file at an S3 URI.

    Attributes:
        file: the property file, if it is one.
        uri: otherwise the S3 URI, which may be an expression.
        path: where in the file the value is.
    """

    file: Reference | None
    uri: Json
    path: Path


Expression: TypeAlias = Reference | Join | JsonGet | Mistake


def read_expression(value: dict[str, Json], at: Place = ()) -> Expression | None:
    """Read one object.

    Args:
        value: the object.
        at: where it stands.

    Returns:
        What it stands for, or None if it is an object like any other.
    """
    if len(value) == 1 and GET in value:
        return _reference(value[GET], at)
    function = next((key for key in (JOIN, JSON_GET) if key in value), None)
    if function is None:
        return None
    inner = value[function]
    if len(value) > 1 or not isinstance(inner, dict):
        message = f"{function} is an object's only key, and its value is an object."
        return Mistake(at=at, text="", message=message)
    return _join(inner, at) if function == JOIN else _json_get(inner, at)


def find_expressions(value: Json, at: Place = ()) -> Iterator[tuple[Reference | Mistake, Place]]:
    """Give all references and mistakes in a value, in the order of the text."""
    pending: list[tuple[Json, Place]] = [(value, at)]
    while pending:
        each, place = pending.pop()
        if isinstance(each, list):
            pending += [(item, (*place, i)) for i, item in reversed(list(enumerate(each)))]
        elif isinstance(each, dict):
            match read_expression(each, place):
                case None:
                    pending += [(each[key], (*place, key)) for key in reversed(each)]
                case Reference() | Mistake() as found:
                    yield _in_the_open(found), place
                case Join(values=values):
                    pending.append((list(values), (*place, JOIN, "Values")))
                case JsonGet(file=Reference() as file):
                    yield file, place
                case JsonGet(uri=uri):
                    pending.append((uri, (*place, JSON_GET, "S3Uri")))


def _reference(text: Json, at: Place) -> Reference | Mistake:
    if not isinstance(text, str):
        return Mistake(at=at, text="", message="Get names a value by a text.")
    try:
        return parse(text, at)
    except BadReference as error:
        return Mistake(at=at, text=text, message=str(error))


def _in_the_open(found: Reference | Mistake) -> Reference | Mistake:
    """Refuse a property file outside of a function that reads it."""
    if isinstance(found, Mistake) or found.kind is not Kind.PROPERTY_FILE:
        return found
    message = f'"{found.text}" is a whole file: only Std:JsonGet can read a value from it.'
    return Mistake(at=found.at, text=found.text, message=message)


def _join(inner: dict[str, Json], at: Place) -> Join | Mistake:
    on, values = inner.get("On", ""), inner.get("Values")
    if (
        not isinstance(on, str)
        or not isinstance(values, list)
        or not set(inner) <= {"On", "Values"}
    ):
        message = "Std:Join takes On, a text, and Values, a list."
        return Mistake(at=at, text="", message=message)
    return Join(on, values)


def _json_get(inner: dict[str, Json], at: Place) -> JsonGet | Mistake:
    path = inner.get("Path")
    if not isinstance(path, str) or set(inner) not in ({"PropertyFile", "Path"}, {"S3Uri", "Path"}):
        message = "Std:JsonGet takes Path, a text, and either PropertyFile or S3Uri."
        return Mistake(at=at, text="", message=message)
    try:
        parsed = parse_path(path)
    except BadReference as error:
        return Mistake(at=at, text="", message=str(error))
    if "S3Uri" in inner:
        return JsonGet(None, inner["S3Uri"], parsed)
    file = inner["PropertyFile"]
    source = _reference(file["Get"], at) if isinstance(file, dict) and set(file) == {GET} else None
    if isinstance(source, Reference) and source.kind is Kind.PROPERTY_FILE:
        return JsonGet(source, None, parsed)
    message = 'PropertyFile is {"Get": "Steps.<step>.PropertyFiles.<name>"}.'
    return Mistake(at=at, text=source.text if source else "", message=message)
