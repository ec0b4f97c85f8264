"""Schema writer: what records look like that are written as JSON, as JSON Schema."""

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from inspect import cleandoc
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from mlops_gitops.diff.plan import Action, Plan, StackChange
from mlops_gitops.errors import MlopsError
from mlops_gitops.status.drift import Drift

TEXTS: Mapping[str, Any] = {"type": "string"}
POSITIVE: Mapping[str, Any] = {"type": "integer", "minimum": 1}
FAILURE: Mapping[str, Any] = {
    "type": "object",
    "required": ["message", "hint"],
    "properties": {
        "message": {"description": "What happened.", **TEXTS},
        "hint": {"description": "The next thing to do.", **TEXTS},
    },
}
PLAIN: Mapping[Any, Mapping[str, Any]] = {
    str: TEXTS,
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    datetime: {"type": "string", "format": "date-time"},
    Any: {},
}

Schema = dict[str, Any]

COUNTED: Mapping[type, Schema] = {
    StackChange: {
        "hidden": {
            "description": "How many changes have no effect and are hidden from people.",
            "type": "integer",
            "minimum": 0,
        }
    },
    Drift: {
        "id": {"description": "The same as long as it is the same drift.", "type": "string"},
    },
    Plan: {"is_empty": {"description": "Whether nothing would change.", "type": "boolean"}},
}
"""What views work out and write beside the fields of a record."""


class Writer:
    """Makes the schema of one output; every record becomes one of its `$defs`."""

    def __init__(self) -> None:
        self._defs: dict[str, Schema] = {}

    def document(self, title: str, said: str, version: int, properties: Schema) -> Schema:
        """Make the whole: an object with these properties and the version of the schema."""
        told = {"schema_version": {"const": version}, **properties}
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": title,
            "description": said,
            "type": "object",
            "required": list(told),
            "properties": told,
            "$defs": dict(sorted(self._defs.items())),
        }

    def record(self, kind: type) -> Schema:
        """Make the properties of a record, each with its description where it has one."""
        hints, said = get_type_hints(kind), descriptions(kind)
        written = {
            each.name: {**said.get(each.name, {}), **self.value(hints[each.name])}
            for each in fields(kind)
        }
        return {**written, **COUNTED.get(kind, {})}

    def value(self, kind: Any) -> Schema:
        """Make the schema of a type as `values_json` writes it."""
        if kind in PLAIN:
            return dict(PLAIN[kind])
        if kind is MlopsError:
            return dict(FAILURE)
        origin, arguments = get_origin(kind), get_args(kind)
        if NoneType in arguments:
            (inner,) = (each for each in arguments if each is not NoneType)
            return {"anyOf": [self.value(inner), {"type": "null"}]}
        if origin is tuple:
            return {"type": "array", "items": self.value(arguments[0])}
        if origin is Mapping:
            return {"type": "object", "additionalProperties": self.value(arguments[1])}
        return self._named(kind)

    def _named(self, kind: Any) -> Schema:
        name = kind.__name__
        if name not in self._defs:
            self._defs[name] = {}
            self._defs[name] = {"description": first_sentence(kind), **self._definition(kind)}
        return {"$ref": f"#/$defs/{name}"}

    def _definition(self, kind: Any) -> Schema:
        # An action is said as a word; its value is a sign for people.
        if kind is Action:
            return {"enum": [each.name.lower() for each in Action]}
        if issubclass(kind, Enum):
            return {"enum": [each.value for each in kind]}
        if not is_dataclass(kind):
            raise TypeError(f"{kind} is no record, and nobody says how it is written.")
        properties = self.record(kind)
        return {"type": "object", "required": list(properties), "properties": properties}


def first_sentence(kind: type) -> str:
    """Give the first line of a docstring."""
    return cleandoc(kind.__doc__ or "").partition("\n")[0]


def descriptions(kind: type) -> dict[str, Schema]:
    """Read what a docstring says of attributes."""
    _, _, told = cleandoc(kind.__doc__ or "").partition("Attributes:\n")
    found = re.findall(r"^    (\w+): (.+(?:\n        .+)*)", told, re.MULTILINE)
    return {name: {"description": sentence(" ".join(text.split()))} for name, text in found}


def sentence(text: str) -> str:
    """Begin with a capital letter, as a sentence does that stands alone."""
    return text[0].upper() + text[1:]
