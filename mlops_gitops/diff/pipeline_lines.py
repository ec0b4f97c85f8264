"""Pipeline lines: what changes in the definition of a SageMaker pipeline, step by step."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from mlops_gitops.diff.documents import PIPELINE, PIPELINE_BODY
from mlops_gitops.diff.plan import Action, ResourceChange, ValueChange
from mlops_gitops.diff.semantic import words_for

_BEGIN = f"{PIPELINE_BODY}."
_STEP = re.compile(r"(?:^|\.)(?:Steps|IfSteps|ElseSteps)\.([A-Za-z0-9_\-]+)")
_PARAMETER = re.compile(r"Parameters\.([A-Za-z0-9_\-]+)")
_CODE = re.compile(r"(mlops_gitops_assets/)([0-9a-f]{64})")
_OWN = {"InstanceType": "instance type"}
"""What is called otherwise where there is only one of it."""
_DIGITS = 8
_LONG = 100


def steps_in_words(resources: Iterable[ResourceChange]) -> tuple[ValueChange, ...]:
    """Tell steps and parameters that come and go, and what changes in the others."""
    found = (
        line
        for resource in resources
        if resource.resource_type == PIPELINE and resource.action is not Action.CREATE
        for change in resource.properties
        if change.name.startswith(_BEGIN)
        for line in _lines(change.name.removeprefix(_BEGIN), change)
    )
    return tuple(dict.fromkeys(found))


def _lines(path: str, change: ValueChange) -> Iterator[ValueChange]:
    before, after = change.before, change.after
    steps = list(_STEP.finditer(path))
    if steps:
        name, rest = steps[-1][1], path[steps[-1].end() :].removeprefix(".")
        if rest:
            yield _member(f"step {name}", rest, before, after)
        else:
            yield ValueChange(f"step {name}", _kind(before), _kind(after))
            yield from _inside(before, after)
    elif parameter := _PARAMETER.match(path):
        yield ValueChange(f"parameter {parameter[1]}", _default(before), _default(after))
    else:
        yield ValueChange(_words(path), before, after)


def _member(who: str, path: str, before: str | None, after: str | None) -> ValueChange:
    old, new = _CODE.sub(r"\1", before or ""), _CODE.sub(r"\1", after or "")
    if before and after and old == new:
        return ValueChange(f"code of {who}", _digest(before), _digest(after))
    return ValueChange(f"{who}: {_words(path)}", _short(before), _short(after))


def _words(path: str) -> str:
    """Name a member in words: hyperparameters and variables by their own names."""
    for key, word in (("HyperParameters.", "hyperparameter"), ("Environment.", "variable")):
        _, found, name = path.partition(key)
        if found:
            return f"{word} {name}"
    last = re.sub(r"\[[^\]]*\]", "", path).rpartition(".")[2]
    return _OWN.get(last) or words_for(last)


def _digest(value: str) -> str:
    found = _CODE.search(value)
    return found[2][:_DIGITS] if found else value


def _kind(shown: str | None) -> str | None:
    """Say what a step is: its type."""
    step = _read(shown)
    return str(step.get("Type", shown)) if isinstance(step, dict) else shown


def _inside(before: str | None, after: str | None) -> Iterator[ValueChange]:
    """Tell the steps inside a condition that comes or goes."""
    for name, step in _nested(_read(before)):
        yield ValueChange(f"step {name}", str(step.get("Type")), None)
    for name, step in _nested(_read(after)):
        yield ValueChange(f"step {name}", None, str(step.get("Type")))


def _nested(step: Any) -> Iterator[tuple[str, Any]]:
    arguments = step.get("Arguments") if isinstance(step, dict) else None
    for key in ("IfSteps", "ElseSteps", "Steps"):
        steps = arguments.get(key) if isinstance(arguments, dict) else None
        for name, inner in steps.items() if isinstance(steps, dict) else ():
            yield name, inner
            yield from _nested(inner)


def _default(shown: str | None) -> str | None:
    """Give the default of a parameter that is shown as a whole; what is shown else as it is."""
    parameter = _read(shown)
    if not isinstance(parameter, dict):
        return shown
    default = parameter.get("DefaultValue")
    return str(parameter.get("Type")) if default is None else str(default)


def _short(shown: str | None) -> str | None:
    """Cut what is too long for a line; the details have it whole."""
    return shown if shown is None or len(shown) <= _LONG else f"{shown[:_LONG]}…"


def _read(shown: str | None) -> Any:
    try:
        return json.loads(shown or "")
    except ValueError:
        return None
