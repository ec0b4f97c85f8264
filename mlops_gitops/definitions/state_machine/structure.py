"""Structure: whether a definition is a state machine that Step Functions takes.

Source: Amazon States Language (states-language.net), and "State machine structure" in the Step
Functions developer guide.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from mlops_gitops.config import state_machine_faults as faults
from mlops_gitops.config.said import Said
from mlops_gitops.definitions.state_machine.machine import inner_machines

Path = tuple[str | int, ...]
Fault = tuple[Path, Said]

_TYPES = ("Task", "Pass", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map")
_ENDS = frozenset({"Succeed", "Fail"})
_GOES_ON_BY_ITSELF = frozenset({"Choice", "Succeed", "Fail"})
_NEEDS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "Task": (("Resource",), '"Resource"'),
    "Choice": (("Choices",), '"Choices"'),
    "Parallel": (("Branches",), '"Branches"'),
    "Map": (("ItemProcessor", "Iterator"), '"ItemProcessor"'),
    "Wait": (
        ("Seconds", "Timestamp", "SecondsPath", "TimestampPath"),
        '"Seconds" or "Timestamp"',
    ),
}
_PATHS = ("InputPath", "OutputPath", "Parameters", "ResultPath", "ResultSelector")
_JSONATA = ("Arguments", "Output")


def faults_of(machine: Any, at: Path = (), language: str = "JSONPath") -> Iterator[Fault]:
    """Say what is wrong with a machine and those inside it, each with its path."""
    states = machine.get("States") if isinstance(machine, dict) else None
    if not isinstance(states, dict) or not states:
        yield at, faults.no_states("There are no states.")
        return
    first = machine.get("StartAt")
    if not isinstance(first, str):
        yield at, faults.no_states('"StartAt" is missing.')
        return
    language = str(machine.get("QueryLanguage", language))
    broken = False
    for path, said in _in_states(states, first, at, language):
        broken = True
        yield path, said
    if not broken:
        yield from _ways(states, first, at)
    for name, state in states.items():
        if isinstance(state, dict):
            own = str(state.get("QueryLanguage", language))
            for inner, path in inner_machines(state):
                yield from faults_of(inner, (*at, "States", name, *path), own)


def _in_states(states: Mapping[str, Any], first: str, at: Path, language: str) -> Iterator[Fault]:
    if first not in states:
        yield (*at, "StartAt"), faults.no_such_state(first, tuple(states))
    for name, state in states.items():
        here = (*at, "States", name)
        kind = state.get("Type") if isinstance(state, dict) else None
        if kind not in _TYPES:
            yield (*here, "Type"), faults.unknown_state_type(kind, _TYPES)
            continue
        yield from _in_state(name, state, here, states)
        yield from _mixed(state, here, str(state.get("QueryLanguage", language)))


def _in_state(
    name: str, state: Mapping[str, Any], here: Path, states: Mapping[str, Any]
) -> Iterator[Fault]:
    kind = state["Type"]
    members, lacks = _NEEDS.get(kind, ((), ""))
    if members and not any(state.get(member) not in (None, []) for member in members):
        yield here, faults.missing_member(kind, lacks)
    goes_on = ("Next" in state) + (state.get("End") is True)
    if kind not in _GOES_ON_BY_ITSELF and goes_on != 1:
        yield here, faults.no_way_on(name)
    for path, target in _targets(state):
        if not isinstance(target, str) or target not in states:
            yield (*here, *path), faults.no_such_state(str(target), tuple(states))


def _mixed(state: Mapping[str, Any], here: Path, language: str) -> Iterator[Fault]:
    instead = '"Arguments" and "Output"'
    wrong: tuple[str, ...] = _PATHS
    if language != "JSONata":
        wrong, instead = _JSONATA, '"Parameters", "ResultSelector" and the like'
    for member in wrong:
        if member in state:
            yield (*here, member), faults.other_language(member, language, instead)


def _targets(state: Mapping[str, Any]) -> Iterator[tuple[Path, Any]]:
    """Give the states that one leads to, with where they are named."""
    for key in ("Next", "Default"):
        if key in state:
            yield (key,), state[key]
    for key in ("Choices", "Catch"):
        rules = state.get(key)
        for index, rule in enumerate(rules if isinstance(rules, list) else ()):
            if isinstance(rule, dict) and "Next" in rule:
                yield (key, index, "Next"), rule["Next"]


def _ways(states: Mapping[str, Any], first: str, at: Path) -> Iterator[Fault]:
    """Say which states are never reached, and whether there is no end."""
    reached, waiting = {first}, [first]
    while waiting:
        found = {target for _path, target in _targets(states[waiting.pop()])} - reached
        reached |= found
        waiting += found
    for name in states:
        if name not in reached:
            yield (*at, "States", name), faults.unreachable_state(name)
    if not any(states[name]["Type"] in _ENDS or states[name].get("End") for name in reached):
        yield (*at, "States"), faults.no_end()
