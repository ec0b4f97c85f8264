"""Properties: what a step may be asked for, which follows what its job is described as."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mlops_gitops.config.document import Json
from mlops_gitops.config.pipeline_problems import unknown_property
from mlops_gitops.config.said import Said
from mlops_gitops.definitions.pipeline.requests import Facts, request_facts
from mlops_gitops.executor.language import Key, Reference, all_steps, nested_steps

_CHECK = (
    "CalculatedBaselineConstraints",
    "BaselineUsedForDriftCheckConstraints",
)
_OWN: Mapping[str, tuple[str, ...]] = {
    "Callback": ("OutputParameters",),
    "Cleanup": (),
    "ClarifyCheck": _CHECK,
    "Condition": ("Outcome",),
    "Fail": (),
    "ForEach": (
        "Status",
        "InputItemCount",
        "TotalStepCount",
        "SucceededStepCount",
        "FailedStepCount",
        "StoppedStepCount",
        "IterationOutputs",
        "ChildOutputs",
        "Selected",
    ),
    "Lambda": ("OutputParameters",),
    "Lineage": ("ActionArns", "ArtifactArns", "ContextArns", "Associations"),
    "QualityCheck": (
        *_CHECK,
        "CalculatedBaselineStatistics",
        "BaselineUsedForDriftCheckStatistics",
    ),
}
"""Members of steps whose properties are no answer of the API. Source: the properties of the steps'
classes in the SageMaker Python SDK."""
_OUTPUT = 2
"""Parts of the path to an output: `OutputParameters['name']`."""
_OF_BODY = 3
"""Parts of the path before a property of a step inside of a loop: `IterationOutputs[0].step`."""


def property_mistake(step: Mapping[str, Json], reference: Reference) -> Said | None:
    """Say what is wrong with a reference to a step's property; nothing of types not known."""
    kind = str(step.get("Type"))
    first = str(reference.path[0])
    if kind in _OWN:
        if first not in _OWN[kind]:
            return unknown_property(reference.text, first, _OWN[kind])
        if first == "IterationOutputs":
            return _iteration_mistake(step, reference)
        return _output_mistake(step, reference) if first == "OutputParameters" else None
    facts = request_facts()
    members = facts.description(kind)
    if members is None:
        return None
    if first not in members:
        return unknown_property(reference.text, first, tuple(members))
    return _follow(facts, members[first], reference)


def _output_mistake(step: Mapping[str, Json], reference: Reference) -> Said | None:
    """Hold the name of an output to those that the step declares."""
    declared = step.get("OutputParameters")
    listed = declared if isinstance(declared, list) else []
    names = tuple(str(each.get("OutputName")) for each in listed if isinstance(each, dict))
    if len(reference.path) < _OUTPUT:
        return unknown_property(reference.text, "OutputParameters", names)
    wanted = reference.path[1]
    name = wanted.name if isinstance(wanted, Key) else str(wanted)
    return None if name in names else unknown_property(reference.text, name, names)


def _iteration_mistake(step: Mapping[str, Json], reference: Reference) -> Said | None:
    """Hold `IterationOutputs[index].STEP.PROPERTY` to the steps inside of a loop."""
    inside = {
        str(each.get("Name")): each for _, body in nested_steps(step) for each, _ in all_steps(body)
    }
    match reference.path:
        case (_, int(), str() as name, _, *_) if name in inside:
            rest = replace(reference, path=reference.path[_OF_BODY:])
            return property_mistake(inside[name], rest)
        case (_, int(), name, *_):
            return unknown_property(reference.text, str(name), tuple(inside))
        case _:
            return unknown_property(reference.text, "IterationOutputs", ("IterationOutputs[0]",))


def _follow(facts: Facts, name: str, reference: Reference) -> Said | None:
    """Go along a path as far as the shapes tell where it leads."""
    shape: Mapping[str, Any] = facts.shape(name)
    for part in reference.path[1:]:
        match shape["kind"], part:
            case "s", str() if part in shape["members"]:
                shape = facts.shape(shape["members"][part])
            case "s", _:
                return unknown_property(reference.text, str(part), tuple(shape["members"]))
            case "l", int() | Key():
                shape = facts.shape(shape["item"])
            case "m", Key() | str():
                shape = facts.shape(shape["item"])
            case _:
                return unknown_property(reference.text, str(part), ())
    return None
