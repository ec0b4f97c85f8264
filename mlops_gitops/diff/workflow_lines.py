"""Workflow lines: what changes in the definition of a workflow, state by state."""

import json
import re
from typing import Any

from mlops_gitops.diff.documents import DOCUMENTS
from mlops_gitops.diff.plan import Action, ResourceChange, ValueChange
from mlops_gitops.diff.semantic import words_for

_TYPE = "AWS::StepFunctions::StateMachine"
_BEGIN = f"{DOCUMENTS[_TYPE]}."
_STATES = "States."


def states_in_words(resources: tuple[ResourceChange, ...]) -> tuple[ValueChange, ...]:
    """Tell states that come and go, and what changes in the others, sorted by name."""
    found = (
        _line(change)
        for resource in resources
        if resource.resource_type == _TYPE and resource.action is not Action.CREATE
        for change in resource.properties
        if change.name.startswith(_BEGIN)
    )
    return tuple(dict.fromkeys(found))


def states_of_new(resources: tuple[ResourceChange, ...]) -> tuple[ValueChange, ...]:
    """Name the states of a workflow that is made, sorted."""
    return tuple(
        ValueChange("states", None, ", ".join(states))
        for resource in resources
        if resource.resource_type == _TYPE and resource.action is Action.CREATE
        for change in resource.properties
        if change.name == DOCUMENTS[_TYPE] and (states := _names(change.after))
    )


def _names(shown: str | None) -> tuple[str, ...]:
    try:
        machine: Any = json.loads(shown or "")
    except ValueError:
        return ()
    states = machine.get("States") if isinstance(machine, dict) else None
    return tuple(states) if isinstance(states, dict) else ()


def _line(change: ValueChange) -> ValueChange:
    path = change.name.removeprefix(_BEGIN)
    _, found, inside = f".{path}".rpartition(f".{_STATES}")
    if not found:
        return ValueChange(f"workflow: {words_for(path)}", change.before, change.after)
    before, after = _state(change.before), _state(change.after)
    if (before or after) and None in (change.before, change.after):
        return ValueChange(f"state {inside}", before, after)
    name, _, member = inside.partition(".")
    return ValueChange(f"{name}: {_member(member)}", change.before, change.after)


def _member(path: str) -> str:
    """Name a member of a state: hyperparameters by their own names, others in words."""
    _, found, hyperparameter = path.partition("HyperParameters.")
    if found:
        return f"hyperparameter {hyperparameter}"
    last = re.split(r"[.\[]", path.rstrip("]"))[-1]
    return words_for(last.removesuffix("$").rstrip("."))


def _state(shown: str | None) -> str | None:
    """Say in two words what a state is; None for what is no state."""
    try:
        state: Any = json.loads(shown or "")
    except ValueError:
        return None
    if not isinstance(state, dict) or "Type" not in state:
        return None
    resource = state.get("Resource")
    text = resource.get("Fn::Sub", "") if isinstance(resource, dict) else resource
    called = str(text or "").rpartition(":::")[2]
    return f"{state['Type']} {called}".strip()
