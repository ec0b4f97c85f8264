"""Template properties into API requests and back, led by botocore's description of the API.

Template parameters are strings and CloudFormation writes member names in PascalCase; services want
numbers, booleans and their own case. CloudFormation converts by each type's schema, and so do we,
with the schema that the service itself publishes.
"""

import functools
from typing import Any

from mlops_gitops.emulator.providers import Properties, ProvisioningError


@functools.cache
def _service(name: str) -> Any:
    import botocore.session

    return botocore.session.get_session().get_service_model(name)


def to_request(service: str, operation: str, properties: Properties) -> dict[str, Any]:
    """The properties as `operation` wants them.

    Raises:
        ProvisioningError: a property that the API does not know, or a value of another kind.
    """
    shape = _service(service).operation_model(operation).input_shape
    request: dict[str, Any] = _to_shape(dict(properties), shape, "#")
    return request


def to_properties(service: str, operation: str, answer: Properties) -> dict[str, Any]:
    """An answer of `operation` with member names in PascalCase; map keys stay as they are."""
    shape = _service(service).operation_model(operation).output_shape
    properties: dict[str, Any] = _from_shape(dict(answer), shape)
    return properties


def input_shape(service: str, operation: str) -> Any:
    """Botocore's description of what `operation` takes."""
    return _service(service).operation_model(operation).input_shape


def enum_values(service: str, shape: str) -> tuple[str, ...]:
    """The values that the API allows for an enumeration, in its own order."""
    return tuple(_service(service).shape_for(shape).enum)


def _to_shape(value: Any, shape: Any, place: str) -> Any:
    match shape.type_name:
        case "structure" if isinstance(value, dict):
            return dict(_member(key, inner, shape, place) for key, inner in value.items())
        case "map" if isinstance(value, dict):
            return {k: _to_shape(v, shape.value, f"{place}/{k}") for k, v in value.items()}
        case "list" if isinstance(value, list):
            return [_to_shape(v, shape.member, f"{place}/{i}") for i, v in enumerate(value)]
        case "structure" | "map" | "list":
            raise _invalid(place, f"expected type: {shape.type_name}, found: {value!r}")
        case _:
            return _scalar(value, shape.type_name, place)


def _member(key: str, value: Any, shape: Any, place: str) -> tuple[str, Any]:
    known = next((name for name in (key, key[:1].lower() + key[1:]) if name in shape.members), None)
    if known is None:
        raise _invalid(place, f"extraneous key [{key}] is not permitted")
    return known, _to_shape(value, shape.members[known], f"{place}/{key}")


def _scalar(value: Any, kind: str, place: str) -> Any:
    try:
        match kind:
            case "boolean" if isinstance(value, str):
                return {"true": True, "false": False}[value.lower()]
            case "integer" | "long":
                return int(value)
            case "float" | "double":
                return float(value)
            case "string" if isinstance(value, bool):
                return str(value).lower()
            case "string" if isinstance(value, int | float):
                return str(value)
            case _:
                return value
    except (ValueError, TypeError, KeyError):
        raise _invalid(place, f"expected type: {kind}, found: {value!r}") from None


def _invalid(place: str, problem: str) -> ProvisioningError:
    return ProvisioningError(f"Properties validation failed with message: {place}: {problem}")


def _from_shape(value: Any, shape: Any) -> Any:
    match shape.type_name:
        case "structure":
            return {
                key[:1].upper() + key[1:]: _from_shape(inner, shape.members[key])
                for key, inner in value.items()
                if key in shape.members
            }
        case "map":
            return {key: _from_shape(inner, shape.value) for key, inner in value.items()}
        case "list":
            return [_from_shape(inner, shape.member) for inner in value]
        case _:
            return value
