"""Loops: what is wrong with a ForEach, the steps inside of it, and what refers to them.

Source: `ForEachStep`, SageMaker Python SDK 3.27.0.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from mlops_gitops.config import pipeline_loop_problems as say
from mlops_gitops.config.document import Json, Path
from mlops_gitops.config.said import Said
from mlops_gitops.executor.language import Kind, Reference, all_steps

LOOP = "ForEach"
_OUTSIDE = ("Condition", "Fail", LOOP)
_ITERATION = re.compile(r"-[0-9]+$")
_FIELD: Path = ("Arguments", "Selector", "Field")


def loops_of(steps: Sequence[Mapping[str, Json]]) -> Mapping[str, str]:
    """Give for each step inside of a loop the loop, by their names.

    Args:
        steps: all steps, nested ones too.
    """
    return {
        name: str(step.get("Name"))
        for step in steps
        if step.get("Type") == LOOP
        for name in _body(step)
    }


def loop_mistakes(step: Mapping[str, Json], inside: Mapping[str, str]) -> Iterator[Said]:
    """Say what is wrong with where a step stands, and with its name.

    Args:
        step: any step.
        inside: the loops of steps inside of loops, by names.
    """
    name, kind = str(step.get("Name")), str(step.get("Type"))
    if name in inside and kind in _OUTSIDE:
        yield say.not_in_loop(kind)
    body = _ITERATION.sub("", name)
    if body != name and body in inside:
        yield say.iteration_name(name, body)


def loop_reference(
    step: Mapping[str, Json], reference: Reference, inside: Mapping[str, str]
) -> Said | None:
    """Say what is wrong with a reference that has to do with loops."""
    own = str(step.get("Name"))
    match reference.kind:
        case Kind.ITEM:
            return None if own in inside else say.item_outside()
        case Kind.OUTPUT:
            known = _body(step) if step.get("Type") == LOOP else ()
            is_field = reference.at[: len(_FIELD)] == _FIELD
            if is_field and reference.name in known:
                return None
            return say.wrong_selection(reference.name, known)
        case Kind.STEP | Kind.PROPERTY_FILE:
            return outside_of_loop(own, reference.name, inside)
        case Kind.PARAMETER | Kind.EXECUTION:
            return None


def outside_of_loop(own: str, name: str, inside: Mapping[str, str]) -> Said | None:
    """Say that a step needs one that is inside of a loop that it is not in itself."""
    loop = inside.get(name)
    if loop is None or loop in (inside.get(own), own):
        return None
    return say.inside_of_loop(name, loop)


def _body(loop: Mapping[str, Json]) -> tuple[str, ...]:
    arguments = loop.get("Arguments")
    body = arguments.get("ForEachBody") if isinstance(arguments, dict) else None
    return tuple(str(step.get("Name")) for step, _ in all_steps(body))
