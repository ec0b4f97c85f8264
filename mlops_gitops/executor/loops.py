"""Loops: what references to a `ForEach` find when its iterations have ended."""

from collections.abc import Mapping
from dataclasses import replace

from mlops_gitops.executor.facts import Facts
from mlops_gitops.executor.graph import Node
from mlops_gitops.executor.language import Json, Unresolved, resolve
from mlops_gitops.executor.state import State, Status
from mlops_gitops.executor.work.desk import Object, an_object


def loop_properties(state: State, loop: str, known: Mapping[str, Json], facts: Facts) -> Object:
    """Put together what the iterations gave.

    Args:
        state: of the execution.
        loop: the `ForEach`.
        known: properties of the iterations that succeeded.
        facts: for the selector.

    Raises:
        Unresolved: the selector's field is nowhere.
    """
    nodes = state.iterations(loop)
    ends = [state.steps[node.name].status for node in nodes]
    count = {status: ends.count(status) for status in Status}
    whole = len(nodes) == count[Status.SUCCEEDED]
    outputs = [_output(node, known) for node in nodes]
    properties: Object = {
        "Status": "Succeeded" if whole else "PartiallySucceeded",
        "InputItemCount": len(nodes),
        "TotalStepCount": len(nodes),
        "SucceededStepCount": count[Status.SUCCEEDED],
        "FailedStepCount": count[Status.FAILED],
        "StoppedStepCount": count[Status.STOPPED],
        # One spelling for each of the SDK's; see `references`.
        "IterationOutputs": [*outputs],
        "ChildOutputs": [*outputs],
    }
    selector = an_object(an_object(state.graph[loop].step.get("Arguments")).get("Selector"))
    if selector:
        properties["Selected"] = _selected(selector, nodes, known, facts)
    return properties


def _output(node: Node, known: Mapping[str, Json]) -> Object:
    """Give an iteration's properties, by themselves and below the name of the step inside."""
    own = an_object(known.get(node.name))
    return {**own, str(node.step.get("Name")): own}


def _selected(
    selector: Object, nodes: tuple[Node, ...], known: Mapping[str, Json], facts: Facts
) -> Object:
    best: tuple[float, Object] | None = None
    sign = -1 if selector.get("Pick") == "MinBy" else 1
    for node in nodes:
        if node.name not in known:
            continue
        outputs = {str(node.step.get("Name")): known[node.name]}
        value = resolve(selector.get("Field"), replace(facts, outputs=outputs))
        number = sign * _number(value)
        if best is None or number > best[0]:
            best = (number, _output(node, known))
    if best is None:
        raise Unresolved("No iteration is there to be selected.")
    return best[1]


def _number(value: Json) -> float:
    try:
        return float(str(value))
    except ValueError:
        raise Unresolved(f"A selector compares numbers, not {value!r}.") from None
