"""Condition: goes on with one list of steps or with another."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from mlops_gitops.config.document import Json
from mlops_gitops.definitions.pipeline.envelope import single
from mlops_gitops.definitions.pipeline.references import scalar, scalars
from mlops_gitops.definitions.pipeline.shorthand import Compiled, Mistake, Shorthand, together
from mlops_gitops.definitions.pipeline.steps import compile_steps, mistakes_in

_COMPARISONS = {
    "equals": "Equals",
    "greater_than": "GreaterThan",
    "at_least": "GreaterThanOrEqualTo",
    "less_than": "LessThan",
    "at_most": "LessThanOrEqualTo",
}
_BRANCHES = {"if_steps": "IfSteps", "else_steps": "ElseSteps"}


def compile_step(step: Shorthand) -> Compiled:
    """Give the step of type `Condition`, with the steps of both branches inside."""
    branches = {
        branch: compile_steps(step.value.get(branch), (*step.at, branch), step.around)
        for branch in _BRANCHES
    }
    conditions = step.value["conditions"]
    arguments: dict[str, Json] = {
        "Conditions": [_condition(each) for each in conditions if isinstance(each, dict)]
        if isinstance(conditions, list)
        else [],
        **{_BRANCHES[branch]: list(inside.steps) for branch, inside in branches.items()},
    }
    own = single(step, "Condition", arguments)
    inside = [replace(each, steps=()) for each in branches.values()]
    return together((own, *inside))


def mistakes(step: Shorthand) -> Iterator[Mistake]:
    """Look into both branches."""
    for branch in _BRANCHES:
        yield from mistakes_in(step.value.get(branch), (*step.at, branch), step.around)


def _condition(written: Mapping[str, Json]) -> dict[str, Json]:
    ((kind, about),) = written.items()
    match kind, about:
        case "not", dict():
            return {"Type": "Not", "Condition": _condition(about)}
        case "any", list():
            inner: list[Json] = [_condition(each) for each in about if isinstance(each, dict)]
            return {"Type": "Or", "Conditions": inner}
        case "is_in", {"value": value, "values": values}:
            return {"Type": "In", "QueryValue": scalar(value), "Values": scalars(values)}
        case _:
            left, right = scalars(about)
            return {"Type": _COMPARISONS[kind], "LeftValue": left, "RightValue": right}
