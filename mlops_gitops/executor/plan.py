"""The pure state machine: a state and an event give a new state and what to do about it.

No clock, no chance, no I/O. As on SageMaker: a step starts when everything it needs has ended as
it wants; one step's failure keeps those that need it from starting, while the others go on; after
a `Fail` step nothing new starts and what runs may end; a stop is over when everything that runs
has stopped.
"""

from dataclasses import replace
from typing import assert_never

from mlops_gitops.executor.graph import Graph, Node, iterations
from mlops_gitops.executor.language import Json, Need, Trigger
from mlops_gitops.executor.retries import INTERNAL_ERROR, OUT_OF_TIME, Tries, retry_at
from mlops_gitops.executor.state import (
    Effect,
    End,
    Event,
    Expanded,
    Failed,
    Start,
    State,
    Status,
    StepState,
    Stop,
    Stopped,
    StopRequested,
    Succeeded,
    Ticked,
)

_WANTED = {
    Trigger.COMPLETED: {Status.SUCCEEDED},
    Trigger.FAILED: {Status.FAILED},
    Trigger.STOPPED: {Status.STOPPED},
    Trigger.ANY: {Status.SUCCEEDED, Status.FAILED, Status.STOPPED},
}


def begin(graph: Graph, parallelism: int, at: float) -> tuple[State, tuple[Effect, ...]]:
    """Start an execution.

    Args:
        graph: its steps.
        parallelism: how many may run at a time; at least 1.
        at: now, in seconds.
    """
    steps = {name: StepState() for name in graph}
    return _advance(State(graph=graph, parallelism=max(1, parallelism), steps=steps), at)


def react(state: State, event: Event, at: float) -> tuple[State, tuple[Effect, ...]]:
    """Let an event happen.

    Args:
        state: before it; news of a step that does not run changes nothing.
        event: what happened.
        at: now, in seconds.
    """
    if state.ended is not None:
        return state, ()
    stops: tuple[Effect, ...] = ()
    match event:
        case StopRequested():
            state, stops = _stop(state)
        case Ticked():
            pass
        case Succeeded() | Failed() | Stopped() | Expanded():
            if state.steps[event.step].status.is_running:
                state = _news(state, event, at)
        case _:
            assert_never(event)
    state, effects = _advance(state, at)
    return state, (*stops, *effects)


def _news(state: State, event: Succeeded | Failed | Stopped | Expanded, at: float) -> State:
    match event:
        case Succeeded(step=name, branch=branch):
            # What ends well while it is being stopped has ended well; the execution stops anyway.
            done = replace(state.steps[name], status=Status.SUCCEEDED, branch=branch)
            return state.put(name, done)
        case Stopped(step=name):
            return state.mark(name, Status.STOPPED)
        case Expanded(step=name, count=count):
            added = iterations(state.graph[name], count)
            return replace(
                state,
                graph={**state.graph, **added},
                steps={**state.steps, **{each: StepState() for each in added}},
                loops={**state.loops, name: tuple(added)},
            )
        case Failed(step=name, error=error):
            return _fail(state, name, error, at)
        case _:
            assert_never(event)


def _fail(state: State, name: str, error: str, at: float) -> State:
    node, step = state.graph[name], state.steps[name]
    # AWS, "Retry Policy for Pipeline Steps": their jobs are tried again by themselves.
    is_inner = node.type in {"AutoML", "Tuning"} and error == INTERNAL_ERROR
    policies = None if is_inner else node.step.get("RetryPolicies")
    again = retry_at(policies, error, step.tries or Tries(since=at, used={}), at)
    if again and step.status is Status.EXECUTING:
        due, tries = again
        return state.put(name, replace(step, status=Status.RETRYING, tries=tries, due=due))
    halted = state.halted or node.type == "Fail"
    # AWS, StopPipelineExecution: Stopped if the function ends, Failed if its time does.
    late = state.late or (state.stopping and node.type == "Lambda" and error == OUT_OF_TIME)
    return replace(state.mark(name, Status.FAILED), halted=halted, late=late)


def _stop(state: State) -> tuple[State, tuple[Effect, ...]]:
    state = replace(state, stopping=True)
    stops: list[Effect] = []
    for name, step in state.steps.items():
        if step.status is Status.EXECUTING:
            state = state.mark(name, Status.STOPPING)
            stops += [] if state.graph[name].type == "ForEach" else [Stop(name)]
        elif step.status is Status.RETRYING:
            state = state.mark(name, Status.STOPPED)
    return state, tuple(stops)


def _advance(state: State, at: float) -> tuple[State, tuple[Effect, ...]]:
    """Start what can start, and end what cannot, until nothing changes."""
    effects: list[Effect] = []
    before = None
    while before is not state:
        before = state
        state = _settle(state)
        for name in _startable(state, at):
            step = state.steps[name]
            started = replace(
                step,
                status=Status.EXECUTING,
                attempts=step.attempts + 1,
                tries=step.tries or Tries(since=at, used={}),
                due=None,
            )
            state = state.put(name, started)
            effects.append(Start(name))
    if all(step.status.is_over for step in state.steps.values()):
        state = replace(state, ended=_ended(state))
        effects.append(End(_ended(state)))
    return state, tuple(effects)


def _settle(state: State) -> State:
    """Skip what can never start, and end loops whose iterations have ended."""
    for name, step in state.steps.items():
        node = state.graph[name]
        closed = state.stopping or state.halted
        if step.status is Status.WAITING and (closed or _verdict(state, node) is False):
            state = state.mark(name, Status.SKIPPED)
        elif step.status.is_running and name in state.loops:
            state = _settle_loop(state, name)
    return state


def _settle_loop(state: State, name: str) -> State:
    """End a loop whose steps have all ended; it fails if no iteration has succeeded as a whole."""
    ends = [(node.item, state.steps[node.name].status) for node in state.iterations(name)]
    if not all(end.is_over for _, end in ends):
        return state
    if state.steps[name].status is Status.STOPPING:
        return state.mark(name, Status.STOPPED)
    items = {item for item, _ in ends}
    broken = {item for item, end in ends if end is not Status.SUCCEEDED}
    none = bool(items) and broken == items
    return state.mark(name, Status.FAILED if none else Status.SUCCEEDED)


def _startable(state: State, at: float) -> list[str]:
    """Name what may start now: first what is tried again, then in the order of the definition."""
    free = state.parallelism - len(state.running)
    again = [n for n, step in state.steps.items() if step.due is not None and step.due <= at]
    found, loops = again[: max(0, free)], list[str]()
    room = {loop: _room(state, loop) for loop in state.loops}
    for name, step in state.steps.items():
        node = state.graph[name]
        if step.status is not Status.WAITING or _verdict(state, node) is not True:
            continue
        if node.type == "ForEach":
            loops.append(name)
        elif len(found) < free and (node.loop is None or room[node.loop] > 0):
            found.append(name)
            room[node.loop or ""] = room.get(node.loop or "", 0) - 1
    return [*loops, *found]


def _room(state: State, loop: str) -> int:
    """Say how many more iterations of a loop may run; one that waits to be tried again counts."""
    arguments = state.graph[loop].step.get("Arguments")
    most: Json = arguments.get("MaxConcurrency") if isinstance(arguments, dict) else None
    busy = sum(
        state.steps[each].status in {Status.EXECUTING, Status.STOPPING, Status.RETRYING}
        for each in state.loops[loop]
    )
    return (most if isinstance(most, int) else 1) - busy


def _verdict(state: State, node: Node) -> bool | None:
    """Tell whether a step can start: yes, never, or None for not yet."""
    verdicts = [_need(state, need) for need in node.needs]
    if node.gate is not None:
        condition = state.steps[node.gate.condition]
        taken = condition.status is Status.SUCCEEDED and condition.branch is node.gate.branch
        verdicts.append(taken if condition.status.is_over else None)
    if False in verdicts:
        return False
    return None if None in verdicts else True


def _need(state: State, need: Need) -> bool | None:
    status = state.steps[need.step].status
    return status in _WANTED[need.trigger] if status.is_over else None


def _ended(state: State) -> Status:
    failed = any(
        step.status is Status.FAILED and state.graph[name].loop is None
        for name, step in state.steps.items()
    )
    if state.stopping:
        return Status.FAILED if state.late else Status.STOPPED
    return Status.FAILED if failed else Status.SUCCEEDED
