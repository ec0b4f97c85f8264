"""Texts: values for members of requests that take texts alone, such as hyperparameters."""

import json

from mlops_gitops.config.document import Json
from mlops_gitops.definitions.pipeline.shorthand import Shorthand

_PARAMETER = "Parameters."


def as_text(step: Shorthand, value: Json) -> Json:
    """Give a single value as a text; a reference to a number is joined with nothing, as SDKs do.

    Args:
        step: whose pipeline's parameters are meant.
        value: in the definition's spelling.
    """
    match value:
        case {"Get": str() as text} if text.startswith(_PARAMETER):
            name = text.removeprefix(_PARAMETER)
            is_text = step.around.parameter_types.get(name, "String") == "String"
            return value if is_text else _joined(value)
        case {"Std:JsonGet": _}:
            return _joined(value)
        case dict():
            return value
        case _:
            return str(value)


def as_json(step: Shorthand, value: Json) -> Json:
    """Give a single value as the JSON that SageMaker's toolkits for scripts read."""
    return as_text(step, value) if isinstance(value, dict) else json.dumps(value)


def _joined(value: Json) -> Json:
    return {"Std:Join": {"On": "", "Values": [value]}}
