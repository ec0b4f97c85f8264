"""What a watcher tells, as one line of JSON."""

import json
from collections.abc import Mapping
from enum import Enum
from typing import Any

from mlops_gitops.status.watch import Event


def watch_line(event: Event) -> str:
    """Write an event on one line: when, how loud, what, then the facts in their order."""
    said = {
        "time": event.at.isoformat(timespec="milliseconds"),
        "level": event.level.value,
        "event": event.kind.value,
        **event.about,
    }
    return json.dumps(_plain(said))


def _plain(value: Any) -> Any:
    match value:
        case Enum():
            return value.value
        case Mapping():
            return {str(key): _plain(each) for key, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
        case str() | int() | float() | None:
            return value
        case _:
            return str(value)
