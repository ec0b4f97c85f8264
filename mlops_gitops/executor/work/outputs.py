"""Output parameters of Callback and Lambda steps: flat values of declared types."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from mlops_gitops.executor.references import Json
from mlops_gitops.executor.work.desk import Object, StepFailed, objects, text

_STAND_INS: Mapping[str, Json] = MappingProxyType(
    {"String": "stubbed", "Integer": 0, "Float": 0.0, "Boolean": False}
)


def declared_outputs(step: Mapping[str, Json], given: Mapping[str, Json]) -> Object:
    """Give each declared output its value, in its type.

    Args:
        step: with `OutputParameters`.
        given: what came back; what is not declared is left out.

    Raises:
        StepFailed: one lacks, or is not of its type.
    """
    found: Object = {}
    for each in objects(step.get("OutputParameters")):
        name, kind = text(each.get("OutputName")), text(each.get("OutputType")) or "String"
        if name not in given:
            raise StepFailed(f"ClientError: The output {name} was not given.")
        try:
            found[name] = _READERS[kind](given[name])
        except (KeyError, TypeError, ValueError):
            message = f"ClientError: The output {name} is of type {kind}, not {given[name]!r}."
            raise StepFailed(message) from None
    return found


def stand_ins(step: Mapping[str, Json]) -> Object:
    """Give each declared output a value that says nothing."""
    return {
        text(each.get("OutputName")): _STAND_INS.get(text(each.get("OutputType")), "stubbed")
        for each in objects(step.get("OutputParameters"))
    }


def listed(outputs: Mapping[str, Json]) -> list[Json]:
    """Write outputs as `ListPipelineExecutionSteps` does."""
    return [{"Name": name, "Value": text(value)} for name, value in outputs.items()]


def _string(value: Json) -> str:
    if isinstance(value, dict | list):
        raise TypeError
    return text(value)


def _integer(value: Json) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError
    return int(value)


def _float(value: Json) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError
    return float(value)


def _boolean(value: Json) -> bool:
    return {"true": True, "false": False}[text(value).lower()]


_READERS: Mapping[str, Callable[[Json], Json]] = MappingProxyType(
    {"String": _string, "Integer": _integer, "Float": _float, "Boolean": _boolean}
)
