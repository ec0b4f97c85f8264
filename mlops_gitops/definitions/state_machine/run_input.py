"""The input of a run: what the config says, with names that are new each time."""

import json
import re

from mlops_gitops.config.document import Json
from mlops_gitops.definitions.literal import literal
from mlops_gitops.definitions.scope import Scope
from mlops_gitops.definitions.state_machine.machine import values_of
from mlops_gitops.definitions.state_machine.placeholders import in_text

INPUT, RUN_ID = "input", "RunId"

_RUN = "${RunId}"


def input_of(scope: Scope) -> Json:
    """Give what the workflow gets: the config's `input`, `${RunId}` in it new for each run."""
    given = scope.value(INPUT)
    values = values_of(scope)
    return _filled(given, {**values, RUN_ID: _RUN}) if isinstance(given, dict) else {}


def _filled(value: Json, values: dict[str, Json]) -> Json:
    match value:
        case str():
            return _text(value, values)
        case list():
            return [_filled(each, values) for each in value]
        case dict():
            return {key: _filled(each, values) for key, each in value.items()}
        case _:
            return value


def _text(text: str, values: dict[str, Json]) -> Json:
    """Put values in; a text with `${RunId}` becomes an expression of the machine that runs it."""
    parts = re.split(r"(?<!\$)\$\{RunId\}", text)
    if len(parts) == 1:
        filled = in_text(text, values)
        return literal(filled) if isinstance(filled, str) else filled
    joined = " & $run & ".join(json.dumps(part, ensure_ascii=False) for part in parts)
    return in_text(f"{{% {joined} %}}", values)
