"""Documents inside templates: JSON in a text, seen as the JSON that it is.

A definition as one text would differ as a whole, whatever changed in it.
"""

import json
from collections.abc import Mapping
from typing import Any

from mlops_gitops.diff.values import canonical

DOCUMENTS: Mapping[str, str] = {"AWS::StepFunctions::StateMachine": "DefinitionString"}
"""Resource type -> the property that holds a document."""


def opened(resource_type: str, properties: Any) -> Any:
    """Put the document of a resource in the place of its text, if it can be read.

    Functions of CloudFormation stay where they are, around the texts that need them.

    Args:
        resource_type: of the resource.
        properties: canonical.
    """
    name = DOCUMENTS.get(resource_type)
    if name is None or not isinstance(properties, dict) or name not in properties:
        return properties
    text, used = _text(properties[name])
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return properties
    return {**properties, name: canonical(_with_functions(document, used))}


def _text(value: Any) -> tuple[str, Mapping[str, Any] | None]:
    """Give the text of a document, and the variables in it; None where there are none."""
    match value:
        case str():
            return value, None
        case {"Fn::Sub": str(text)}:
            return text, {}
        case {"Fn::Sub": [str(text), dict(used)]}:
            return text, used
        case _:
            return "", None


def _with_functions(value: Any, used: Mapping[str, Any] | None) -> Any:
    match value:
        case str() if used is not None and "${" in value:
            inside = {name: each for name, each in used.items() if f"${{{name}}}" in value}
            return {"Fn::Sub": [value, inside] if inside else value}
        case dict():
            return {key: _with_functions(each, used) for key, each in value.items()}
        case list():
            return [_with_functions(each, used) for each in value]
        case _:
            return value
