"""Arguments of functions: JSON as hyperparameters, so that plans and the console show each one.

A hyperparameter is the JSON of one argument. A reference in it cannot be part of a JSON text, for
what it stands for may hold quotes; it is a hyperparameter by itself, which `executor/container.py`
puts in its place: `text:data`, `json:limits/0`, or `result:before` for what a function gave back.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from mlops_gitops.config.document import Json
from mlops_gitops.definitions.pipeline.references import result_uri, scalar
from mlops_gitops.definitions.pipeline.requests import is_reference
from mlops_gitops.definitions.pipeline.shorthand import Shorthand
from mlops_gitops.definitions.pipeline.text import as_text
from mlops_gitops.executor.language import Kind, parse

_ARGUMENTS = "arguments"
_OUTPUTS = "OutputParameters"


@dataclass(frozen=True, slots=True)
class Channel:
    """Data that a job gets beside its own: a result of another function.

    Attributes:
        name: of the channel.
        uri: where the result is.
    """

    name: str
    uri: Json


@dataclass(frozen=True, slots=True)
class _Found:
    """A reference in arguments: where it is, and what becomes of it."""

    place: str
    kind: str
    value: Json


def hyperparameters(step: Shorthand) -> dict[str, Json]:
    """Give the arguments of a function step as hyperparameters."""
    written = step.value.get(_ARGUMENTS)
    arguments = written if isinstance(written, dict) else {}
    plain = {
        name: json.dumps(_without(value), ensure_ascii=False, sort_keys=True)
        for name, value in arguments.items()
        if not _is_one(value)
    }
    channels = {each.step: each.name for each in _numbered(step)}
    found = {f"{each.kind}:{each.place}": _value(step, each, channels) for each in _all(step)}
    return {**plain, **found}


def results(step: Shorthand) -> tuple[Channel, ...]:
    """Give the channels of results that arguments name."""
    return tuple(Channel(each.name, result_uri(each.step)) for each in _numbered(step))


@dataclass(frozen=True, slots=True)
class _Numbered:
    """A step whose result is wanted, and its channel."""

    step: str
    name: str


def _numbered(step: Shorthand) -> tuple[_Numbered, ...]:
    names = dict.fromkeys(str(each.value) for each in _all(step) if each.kind == "result")
    return tuple(_Numbered(name, f"mlops_result_{index}") for index, name in enumerate(names))


def _value(step: Shorthand, found: _Found, channels: dict[str, str]) -> Json:
    return channels[str(found.value)] if found.kind == "result" else as_text(step, found.value)


def _all(step: Shorthand) -> tuple[_Found, ...]:
    written = step.value.get(_ARGUMENTS)
    return tuple(_walk(step, written, ())) if isinstance(written, dict) else ()


def _walk(step: Shorthand, value: Json, at: tuple[str, ...]) -> Iterator[_Found]:
    if at and _is_one(value):
        kind, meant = _kind(step, value)
        yield _Found("/".join(at), kind, meant)
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _walk(step, each, (*at, key.replace("~", "~0").replace("/", "~1")))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _walk(step, each, (*at, str(index)))


def _is_one(value: Json) -> bool:
    """Tell whether a value is a reference, as configs or as definitions spell it."""
    return isinstance(value, dict) and len(value) == 1 and is_reference(scalar(value))


def _without(value: Json) -> Json:
    """Leave room where references are; what stands for them is put there at run time."""
    if _is_one(value):
        return None
    if isinstance(value, dict):
        return {key: _without(each) for key, each in value.items()}
    return [_without(each) for each in value] if isinstance(value, list) else value


def _kind(step: Shorthand, value: Json) -> tuple[str, Json]:
    """Say what becomes of a reference: a text, JSON, or the whole result of a function."""
    match value:
        case {"result": {"step": str() as name, **rest}} if not rest:
            return "result", name
    reference = scalar(value)
    match reference:
        case {"Std:JsonGet": _}:
            return "json", reference
        case {"Get": str() as text}:
            return ("json" if _is_json(step, text) else "text"), reference
        case _:
            return "text", reference


def _is_json(step: Shorthand, text: str) -> bool:
    """Tell whether a reference is of numbers and truth values, rather than of texts."""
    try:
        reference = parse(text)
    except ValueError:
        return False
    if reference.kind is Kind.PARAMETER:
        return step.around.parameter_types.get(reference.name) != "String"
    return bool(reference.path) and reference.path[0] == _OUTPUTS
