"""Loops: what references find inside of a `ForEach`, and when its iterations have ended."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from mlops_gitops.executor.facts import Facts
from mlops_gitops.executor.graph import Node, body_of, iteration_name
from mlops_gitops.executor.language import Json, Unresolved, references, resolve
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
    items = _by_item(nodes)
    outputs = [_output(item, known) for item in items]
    properties: Object = {
        "Status": "Succeeded",
        "InputItemCount": len(items),
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
        properties["Selected"] = _selected(selector, items, known, facts)
    return properties


def facts_inside(facts: Facts, loop: Node, index: int, item: Json) -> Facts:
    """Give what a step inside of a loop knows: its item, and the others of its iteration.

    Args:
        facts: what steps outside know.
        loop: the `ForEach`.
        index: which iteration.
        item: what it is about.
    """
    body = {str(step.get("Name")): step for step in body_of(loop)}
    ended = {
        name: facts.properties[iteration_name(name, index)]
        for name in body
        if iteration_name(name, index) in facts.properties
    }
    return replace(
        facts,
        item=(item,),
        properties={**facts.properties, **ended},
        steps={**facts.steps, **body},
    )


_Item = tuple[Node, ...]


def _by_item(nodes: _Item) -> tuple[_Item, ...]:
    """Put the steps of one iteration together."""
    found = defaultdict[int, list[Node]](list)
    for node in nodes:
        found[node.item or 0].append(node)
    return tuple(tuple(found[index]) for index in sorted(found))


def _output(item: _Item, known: Mapping[str, Json]) -> Object:
    """Give an iteration's properties, below the names of the steps inside.

    Where there is one, its properties stand by themselves, too: so some releases of the SDK spell
    it.
    """
    outputs = {str(node.step.get("Name")): an_object(known.get(node.name)) for node in item}
    alone = next(iter(outputs.values())) if len(outputs) == 1 else {}
    return {**alone, **outputs}


def _selected(
    selector: Object, items: tuple[_Item, ...], known: Mapping[str, Json], facts: Facts
) -> Object:
    """Give the properties of the step that was compared, in the iteration that is picked."""
    field = selector.get("Field")
    compared = {each.name for each in references(field)}
    best: tuple[float, Object] | None = None
    sign = -1 if selector.get("Pick") == "MinBy" else 1
    for item in items:
        for node in item:
            name = str(node.step.get("Name"))
            if node.name not in known or name not in compared:
                continue
            value = resolve(field, replace(facts, outputs={name: known[node.name]}))
            number = sign * _number(value)
            if best is None or number > best[0]:
                best = (number, {**_output(item, known), **an_object(known[node.name])})
    if best is None:
        raise Unresolved("No iteration is there to be selected.")
    return best[1]


def _number(value: Json) -> float:
    try:
        return float(str(value))
    except ValueError:
        raise Unresolved(f"A selector compares numbers, not {value!r}.") from None
