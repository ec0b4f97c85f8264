"""Parameters of a pipeline: the values that an execution starts with.

An override comes as a text, as `StartPipelineExecution` takes it, and gets the parameter's type.
"""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

from mlops_gitops.errors import UsageError
from mlops_gitops.executor.references import Json

_TRUTHS = {"true": True, "false": False}


def parameter_values(declared: Json, overrides: Mapping[str, str]) -> dict[str, Json]:
    """Give every parameter its value.

    Args:
        declared: `Parameters` of a definition.
        overrides: texts by name; what is not there keeps its default.

    Raises:
        UsageError: a value lacks, is not of the parameter's type, is none of `EnumValues`, or is
            for a parameter that is not there.
    """
    found: dict[str, Json] = {}
    for parameter in declared if isinstance(declared, list) else []:
        if isinstance(parameter, dict):
            found[str(parameter.get("Name"))] = _value(parameter, overrides)
    unknown = sorted(set(overrides) - set(found))
    if unknown:
        known = ", ".join(found) or "none"
        message = f"The pipeline has no parameter {', '.join(unknown)}."
        raise UsageError(message, hint=f"Its parameters: {known}.")
    return found


def _value(parameter: Mapping[str, Json], overrides: Mapping[str, str]) -> Json:
    name, kind = str(parameter.get("Name")), str(parameter.get("Type"))
    if name not in overrides and "DefaultValue" not in parameter:
        message = f"Parameter {name} has no default and was given no value."
        raise UsageError(message, hint=f"Give it one: {name}=<{kind.lower()}>.")
    given = overrides[name] if name in overrides else parameter["DefaultValue"]
    try:
        value = _READERS[kind](given)
    except (KeyError, TypeError, ValueError):
        message = f"Parameter {name} is of type {kind}, and {given!r} is not."
        raise UsageError(message, hint=_HINTS.get(kind, _UNKNOWN)) from None
    allowed = parameter.get("EnumValues")
    if isinstance(allowed, list) and str(value) not in {str(each) for each in allowed}:
        listed = ", ".join(str(each) for each in allowed)
        message = f"Parameter {name} cannot be {given!r}."
        raise UsageError(message, hint=f"It is one of {listed}.")
    return value


def _string(given: Json) -> str:
    if not isinstance(given, str):
        raise TypeError
    return given


def _integer(given: Json) -> int:
    if isinstance(given, bool) or not isinstance(given, int | str):
        raise TypeError
    return int(given)


def _float(given: Json) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        raise TypeError
    value = float(given)
    if not math.isfinite(value):
        raise ValueError
    return value


def _boolean(given: Json) -> bool:
    return _TRUTHS[str(given).lower()]


_READERS: Mapping[str, Callable[[Json], Json]] = MappingProxyType(
    {"String": _string, "Integer": _integer, "Float": _float, "Boolean": _boolean}
)
_HINTS = {
    "Integer": "Write a whole number, such as 5.",
    "Float": "Write a number, such as 0.5.",
    "Boolean": "Write true or false.",
    "String": "Write a text.",
}
_UNKNOWN = "Types are String, Integer, Float and Boolean."
