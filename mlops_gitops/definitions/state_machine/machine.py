"""A state machine's definition in one stage: the file, and the values of its placeholders."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from mlops_gitops.config.document import Json
from mlops_gitops.definitions.scope import Scope
from mlops_gitops.definitions.state_machine.placeholders import in_json

DEFINITION, PARAMETERS = "definition", "parameters"

BUILT_IN: Mapping[str, Json] = {
    "AssetsBucket": {"Ref": "AssetsBucket"},
    "AssetsKmsKeyArn": {"Ref": "AssetsKmsKeyArn"},
    "Environment": "",
    "Folder": {"Fn::Sub": "${AssetsBucket}/mlops_gitops_workflows/${AWS::StackName}"},
    "NotificationTopicArn": {"Ref": "NotificationTopicArn"},
    "PipelineName": {"Ref": "ModelName"},
    "SageMakerRoleArn": {"Fn::GetAtt": ["JobRole", "Arn"]},
    "StateMachineName": {"Ref": "StateMachineName"},
}
"""Placeholders that every stack knows; `Environment` is the stage."""


def values_of(scope: Scope) -> dict[str, Json]:
    """Give the values of all placeholders: the stack's own, and over them the config's."""
    given = scope.value(PARAMETERS)
    written = given if isinstance(given, dict) else {}
    own = {**BUILT_IN, "Environment": scope.stage}
    return {**own, **{name: in_stage(value, scope.stage) for name, value in written.items()}}


def in_stage(value: Json, stage: str) -> Json:
    """Give a value that may be one per stage; None where that stage has none."""
    return value.get(stage) if isinstance(value, dict) else value


def text_of(scope: Scope) -> str:
    """Give the definition file as it is."""
    return scope.file(DEFINITION).decode()


def definition_of(scope: Scope) -> Json:
    """Give the definition as CloudFormation takes it, in the very bytes of its file."""
    return in_json(text_of(scope), values_of(scope))


def read_machine(text: str) -> Any:
    """Read a definition that has been checked."""
    return json.loads(text)


def all_states(
    machine: Any, at: tuple[str | int, ...] = ()
) -> Iterator[tuple[Any, tuple[str | int, ...]]]:
    """Give every state with its path, those inside Map and Parallel too."""
    states = machine.get("States") if isinstance(machine, dict) else None
    for name, state in states.items() if isinstance(states, dict) else ():
        if isinstance(state, dict):
            here = (*at, "States", name)
            yield state, here
            for inner, path in inner_machines(state):
                yield from all_states(inner, (*here, *path))


def inner_machines(state: Mapping[str, Any]) -> Iterator[tuple[Any, tuple[str | int, ...]]]:
    """Give the machines inside a state, with their paths in it."""
    branches = state.get("Branches")
    for index, branch in enumerate(branches if isinstance(branches, list) else ()):
        yield branch, ("Branches", index)
    for key in ("ItemProcessor", "Iterator"):
        if key in state:
            yield state[key], (key,)
