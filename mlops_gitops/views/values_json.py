"""Values as JSON: records become objects, with the version of the output's schema."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any

SCHEMA_VERSION = 1


def values_json(**values: Any) -> str:
    """Write named values as one JSON object."""
    return json.dumps({"schema_version": SCHEMA_VERSION, **_plain(values)}, indent=2)


def _plain(value: Any) -> Any:
    match value:
        case Enum():
            return value.value
        case datetime():
            return value.isoformat()
        case Mapping():
            return {str(key): _plain(each) for key, each in value.items()}
        case tuple() | list() | frozenset():
            return [_plain(each) for each in value]
        case _ if is_dataclass(value):
            return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
        case _:
            return value
