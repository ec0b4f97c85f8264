"""For each: steps once for each item of a list.

Source: `ForEachStep`, SageMaker Python SDK 3.27.0.
"""

from collections.abc import Iterator
from dataclasses import replace

from mlops_gitops.config.document import Json
from mlops_gitops.definitions.pipeline.envelope import single
from mlops_gitops.definitions.pipeline.references import get, scalar, scalars
from mlops_gitops.definitions.pipeline.shorthand import Compiled, Mistake, Shorthand, together
from mlops_gitops.definitions.pipeline.steps import compile_steps, mistakes_in

_BODY = "steps"


def compile_step(step: Shorthand) -> Compiled:
    """Give the step of type `ForEach`, with the steps of its body inside."""
    inside = compile_steps(step.value[_BODY], (*step.at, _BODY), step.around)
    written = step.value["items"]
    arguments: dict[str, Json] = {
        "IterableItems": scalars(written) if isinstance(written, list) else scalar(written),
        "MaxConcurrency": step.value["concurrency"],
        **_selector(step.value.get("select")),
        "ForEachBody": list(inside.steps),
    }
    own = single(step, "ForEach", arguments)
    return together((own, replace(inside, steps=())))


def mistakes(step: Shorthand) -> Iterator[Mistake]:
    """Look into the body."""
    yield from mistakes_in(step.value[_BODY], (*step.at, _BODY), step.around)


def _selector(written: Json) -> dict[str, Json]:
    if not isinstance(written, dict):
        return {}
    return {"Selector": {"Pick": written["pick"], "Field": get(str(written["field"]))}}
