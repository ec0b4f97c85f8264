"""Whether a text can be a state machine at all (Amazon States Language, "State Machine Structure").

Step Functions checks far more; what is checked here is what would otherwise show when the machine
runs: states that are named and not there, and machines that cannot end.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

_TYPES = frozenset({"Choice", "Fail", "Map", "Parallel", "Pass", "Succeed", "Task", "Wait"})
_LAST = frozenset({"Choice", "Fail", "Succeed"})


def definition_problem(text: str) -> str | None:
    """What is wrong with a definition, in Step Functions' manner."""
    try:
        definition = json.loads(text)
    except ValueError as error:
        return f"Invalid JSON: {error}"
    return next(_machine_problems(definition, ""), None)


def _machine_problems(machine: Any, place: str) -> Iterator[str]:
    states = machine.get("States") if isinstance(machine, dict) else None
    if not isinstance(states, dict) or not states:
        yield f"The field 'States' is required and has to hold a state at {place or '/'}"
        return
    if machine.get("StartAt") not in states:
        yield f"Missing 'StartAt' target: {machine.get('StartAt')} at {place}/StartAt"
    for name, state in states.items():
        yield from _state_problems(state, states, f"{place}/States/{name}")


def _state_problems(state: Any, states: Mapping[str, Any], place: str) -> Iterator[str]:
    if not isinstance(state, dict) or state.get("Type") not in _TYPES:
        yield f"The field 'Type' should have one of these values: {sorted(_TYPES)} at {place}"
        return
    for target in _targets(state):
        if target not in states:
            yield f"Missing 'Next' target: {target} at {place}"
    if state["Type"] not in _LAST and not ("Next" in state or state.get("End") is True):
        yield f"The field 'Next' or 'End' is required at {place}"
    processor = state.get("ItemProcessor", state.get("Iterator"))
    for inner in [*state.get("Branches", ()), *([processor] if processor else ())]:
        yield from _machine_problems(inner, place)


def _targets(state: Mapping[str, Any]) -> Iterator[str]:
    for holder in [state, *state.get("Choices", ()), *state.get("Catch", ())]:
        if "Next" in holder:
            yield holder["Next"]
    if "Default" in state:
        yield state["Default"]
