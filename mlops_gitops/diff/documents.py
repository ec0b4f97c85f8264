"""Documents inside templates: JSON in a text, seen as the JSON that it is.

A definition as one text would differ as a whole, whatever changed in it.
"""

import json
from collections.abc import Mapping
from typing import Any

from mlops_gitops.diff.values import canonical

DOCUMENTS: Mapping[str, str] = {"AWS::StepFunctions::StateMachine": "DefinitionString"}
"""Resource type -> the property that holds a document."""

PIPELINE = "AWS::SageMaker::Pipeline"
PIPELINE_BODY = "PipelineDefinition"
"""The property of a pipeline whose text stands deeper inside."""


def opened(resource_type: str, properties: Any) -> Any:
    """Put the document of a resource in the place of its text, if it can be read.

    Functions of CloudFormation stay where they are, around the texts that need them.

    Args:
        resource_type: of the resource.
        properties: canonical.
    """
    if resource_type == PIPELINE:
        return _pipeline(properties)
    name = DOCUMENTS.get(resource_type)
    if name is None or not isinstance(properties, dict) or name not in properties:
        return properties
    text, used = _text(properties[name])
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return properties
    return {**properties, name: canonical(_with_functions(document, used))}


def _pipeline(properties: Any) -> Any:
    """Put the definition of a SageMaker pipeline in the place of its text.

    Steps and parameters stand under their names: their order means nothing, and one that comes or
    goes is no change of the others. Numbers stay numbers: they count in a definition.
    """
    match properties:
        case {"PipelineDefinition": {"PipelineDefinitionBody": str(text)}}:
            pass
        case _:
            return properties
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return properties
    named = _by_name(document)
    return {**properties, PIPELINE_BODY: named} if isinstance(document, dict) else properties


def _by_name(value: Any, key: str = "") -> Any:
    match value:
        case dict():
            return {name: _by_name(each, name) for name, each in value.items()}
        case list() if key in _NAMED:
            found = {each.get("Name"): each for each in value if isinstance(each, dict)}
            whole = len(found) == len(value) and all(isinstance(name, str) for name in found)
            return _by_name(found) if whole else [_by_name(each) for each in value]
        case list():
            return [_by_name(each) for each in value]
        case _:
            return value


_NAMED = frozenset({"ElseSteps", "IfSteps", "Parameters", "Steps"})


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
