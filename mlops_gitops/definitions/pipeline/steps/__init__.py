"""Shorthands, one file for each kind, found by its name.

Each has `compile_step(step) -> Compiled`, which may count on `mistakes(step)` having found none;
the shape that `schemas/step_<kind>.json` asks for has been checked before.
"""

from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from typing import Any

from mlops_gitops.config.document import Json, Path
from mlops_gitops.definitions.network import STEPS, with_network
from mlops_gitops.definitions.pipeline.shorthand import Compiled, Mistake, Shorthand, together
from mlops_gitops.definitions.pipeline.sugar import sugar_mistakes, without_top_models
from mlops_gitops.definitions.pipeline.surroundings import Surroundings
from mlops_gitops.executor.language import all_steps, nested_steps


def compile_steps(steps: Json, at: Path, around: Surroundings) -> Compiled:
    """Compile a list of steps; those in the definition's spelling are taken as they are.

    Args:
        steps: as the config has them.
        at: where in the config the list is.
        around: what they share.
    """
    listed = steps if isinstance(steps, list) else []
    return together(_compile(step, (*at, index), around) for index, step in enumerate(listed))


def mistakes_in(steps: Json, at: Path, around: Surroundings) -> Iterator[Mistake]:
    """Say what is wrong with the shorthands of a list, apart from their shape."""
    for index, step in enumerate(steps if isinstance(steps, list) else []):
        if isinstance(step, dict) and "type" in step:
            shorthand = Shorthand(value=step, at=(*at, index), around=around)
            yield from sugar_mistakes(shorthand)
            yield from _module(shorthand.kind).mistakes(shorthand)


def _compile(step: Json, at: Path, around: Surroundings) -> Compiled:
    if not isinstance(step, dict):
        return Compiled(steps=())
    if "type" not in step:
        return Compiled(steps=(step,), origins=tuple(_origins(step, at)))
    value = without_top_models(step, around)
    shorthand = Shorthand(value=value if isinstance(value, dict) else {}, at=at, around=around)
    compiled: Compiled = _module(shorthand.kind).compile_step(shorthand)
    return _in_network(compiled, around)


def _in_network(compiled: Compiled, around: Surroundings) -> Compiled:
    """Put into the stage's network whatever names no other one."""
    network = around.scope.network
    if network is None:
        return compiled
    steps = (
        {**step, "Arguments": with_network(step["Arguments"], STEPS[kind], network)}
        if (kind := str(step.get("Type"))) in STEPS
        else step
        for step in compiled.steps
    )
    return replace(compiled, steps=tuple(steps))


def _origins(step: dict[str, Json], at: Path) -> Iterator[tuple[str, Path]]:
    """Name the step, and those inside it, with their places."""
    yield str(step["Name"]), at
    for key, inner in nested_steps(step):
        for each, place in all_steps(inner, (*at, "Arguments", key)):
            yield str(each.get("Name")), place


def _module(kind: str) -> Any:
    return import_module(f"{__name__}.{kind}")
