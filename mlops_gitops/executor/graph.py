"""The graph: the steps of a definition as nodes, each with what it waits for.

Steps inside a `Condition` are nodes behind a gate. Those inside a `ForEach` are none: how often
they run is known only when the loop starts.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter

from mlops_gitops.errors import UsageError
from mlops_gitops.executor.language import Json, Need, nested_steps, own_needs

_NAME = re.compile(r"[A-Za-z0-9_\-]{1,64}")
"""`StepName` of the service model; it also keeps a name from being more than a file's name."""
_ITERATION = re.compile(r"-[0-9]+$")
_HINT = "Validate the definition first: it says the place."


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Where a step stands inside a `Condition`: it starts only if that takes this branch."""

    condition: str
    branch: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One step that may start.

    Attributes:
        name: unique in the graph.
        type: such as `Training`.
        step: as the definition has it.
        needs: what has to end, and how, before it starts.
        gate: the condition that it stands in.
        loop: the `ForEach` in whose body it is.
        item: which iteration, from 0.
    """

    name: str
    type: str
    step: Mapping[str, Json]
    needs: frozenset[Need] = frozenset()
    gate: Gate | None = None
    loop: str | None = None
    item: int | None = None


Graph = Mapping[str, Node]
"""Nodes by name, in the order of the definition."""


def read_graph(definition: Json) -> Graph:
    """Read the steps of a definition.

    Raises:
        UsageError: it cannot run: names, dependencies or cycles are wrong.
    """
    steps = definition.get("Steps") if isinstance(definition, dict) else None
    if not isinstance(steps, list):
        raise UsageError("The definition has no list of Steps.", hint=_HINT)
    nodes: dict[str, Node] = {}
    for node in _nodes(steps, None):
        if node.name in nodes:
            raise UsageError(f"Two steps are called {node.name}.", hint=_HINT)
        nodes[node.name] = node
    _check(nodes)
    return nodes


def selected(graph: Graph, names: Iterable[str]) -> Graph:
    """Keep some steps; what they wait for outside of them is taken as done.

    A step is started although the condition around it is not among the names, as it is when one
    selects steps on SageMaker.

    Raises:
        UsageError: a name is no step's.
    """
    wanted = set(names)
    unknown = sorted(wanted - set(graph))
    if unknown:
        hint = f"Steps: {', '.join(graph)}."
        raise UsageError(f"The pipeline has no step {', '.join(unknown)}.", hint=hint)
    kept = {name: node for name, node in graph.items() if name in wanted}
    return {
        name: replace(
            node,
            needs=frozenset(need for need in node.needs if need.step in kept),
            gate=node.gate if node.gate and node.gate.condition in kept else None,
        )
        for name, node in kept.items()
    }


def body_of(node: Node) -> tuple[dict[str, Json], ...]:
    """Give the steps inside a `ForEach`.

    Raises:
        UsageError: it has none.
    """
    for _, inner in nested_steps(node.step):
        steps = inner if isinstance(inner, list) else []
        body = tuple(step for step in steps if isinstance(step, dict))
        if body and len(body) == len(steps):
            return body
    raise UsageError(f"ForEach step {node.name} needs at least one step inside.", hint=_HINT)


def iterations(node: Node, count: int) -> dict[str, Node]:
    """Make the nodes of a loop's iterations: `<step inside>-<index>`, as SageMaker names them.

    Steps of one iteration wait for each other; what they need outside has ended before the loop
    started.
    """
    found: dict[str, Node] = {}
    for index in range(count):
        for body in body_of(node):
            name = iteration_name(str(body.get("Name")), index)
            waits = frozenset(
                Need(iteration_name(need.step, index), need.trigger)
                for need in _inner_needs(node, body)
            )
            kind = str(body.get("Type"))
            found[name] = Node(
                name=name, type=kind, step=body, needs=waits, loop=node.name, item=index
            )
    return found


def iteration_name(step: str, index: int) -> str:
    """Name one iteration of a step inside a `ForEach`."""
    return f"{step}-{index}"


def _inner_needs(loop: Node, body: Mapping[str, Json]) -> Iterator[Need]:
    """Give what a step inside a `ForEach` needs of the others inside."""
    names = {str(each.get("Name")) for each in body_of(loop)}
    yield from (need for need in own_needs(body) if need.step in names)


def _nodes(steps: Json, gate: Gate | None) -> Iterable[Node]:
    for step in steps if isinstance(steps, list) else []:
        name = step.get("Name") if isinstance(step, dict) else None
        if not isinstance(step, dict) or not isinstance(name, str) or not _NAME.fullmatch(name):
            message = f"{name!r} is no name of a step: letters, digits, - and _, at most 64."
            raise UsageError(message, hint=_HINT)
        node = Node(
            name=name, type=str(step.get("Type")), step=step, needs=own_needs(step), gate=gate
        )
        yield node
        if node.type == "ForEach":
            list(_nodes(list(body_of(node)), None))  # their names are held to the same rule
        else:
            for key, inner in nested_steps(step):
                yield from _nodes(inner, Gate(condition=name, branch=key == "IfSteps"))


def _check(nodes: Mapping[str, Node]) -> None:
    bodies = _waits_inside(nodes)
    before: dict[str, set[str]] = {**bodies}
    for node in nodes.values():
        if node.name in bodies or _ITERATION.sub("", node.name) in bodies:
            message = f"{node.name} is also the name of a step that a ForEach runs."
            raise UsageError(message, hint=_HINT)
        for need in node.needs:
            if need.step not in nodes:
                message = f"Step {node.name} waits for {need.step}, which is no step."
                raise UsageError(message, hint=_HINT)
            if nodes[need.step].type == "Fail":
                message = f"Step {node.name} waits for {need.step}, but Fail is always the last."
                raise UsageError(message, hint=_HINT)
        gate = {node.gate.condition} if node.gate else set()
        before[node.name] = {need.step for need in node.needs} | gate
    try:
        TopologicalSorter(before).prepare()
    except CycleError as error:
        circle = " -> ".join(reversed(error.args[1]))
        raise UsageError(f"Steps wait for each other: {circle}.", hint=_HINT) from None


def _waits_inside(nodes: Mapping[str, Node]) -> dict[str, set[str]]:
    """Say for each step inside a `ForEach` which others inside it waits for.

    Raises:
        UsageError: two have one name.
    """
    found: dict[str, set[str]] = {}
    for node in nodes.values():
        for body in body_of(node) if node.type == "ForEach" else ():
            name = str(body["Name"])
            if name in found:
                raise UsageError(f"Two steps are called {name}.", hint=_HINT)
            found[name] = {need.step for need in _inner_needs(node, body)}
    return found
