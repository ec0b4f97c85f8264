"""The language of definitions: what refers to what, which step needs which, what a value is.

Everything here is pure; what is known only while a pipeline runs comes in by `Lookup`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Protocol, assert_never

from mlops_gitops.executor.expressions import (
    Join,
    JsonGet,
    Mistake,
    find_expressions,
    read_expression,
)
from mlops_gitops.executor.references import (
    EXECUTION_VARIABLES,
    BadReference,
    Json,
    Key,
    Kind,
    Path,
    Place,
    Reference,
    parse,
    parse_path,
    path_text,
    written,
)

__all__ = [
    "EXECUTION_VARIABLES",
    "BadReference",
    "Json",
    "Key",
    "Kind",
    "Lookup",
    "Mistake",
    "Need",
    "Path",
    "Place",
    "Reference",
    "Trigger",
    "Unresolved",
    "all_steps",
    "follow",
    "mistakes",
    "needs",
    "nested_steps",
    "own_needs",
    "parse",
    "parse_path",
    "path_text",
    "references",
    "resolve",
    "written",
]

_BRANCHES = ("IfSteps", "ElseSteps")
_BODY = "ForEachBody"
_NAMED_BY = ("OutputName", "InputName")
"""What names the items of lists that a reference looks into by name: outputs and inputs of
processing jobs, the only ones that the SDK turns into maps."""


class Unresolved(Exception):
    """A value cannot be known; the message says why, in full sentences."""


class Lookup(Protocol):
    """What is known while a pipeline runs. Either method raises `Unresolved`."""

    def value(self, reference: Reference) -> Json:
        """Give what a reference names; it is of any kind but `PROPERTY_FILE`."""
        ...

    def document(self, source: Reference | str) -> Json:
        """Give the JSON in a property file, or at an S3 URI."""
        ...


class Trigger(Enum):
    """How a step has to end for one that depends on it to start."""

    COMPLETED = "Completed"
    FAILED = "Failed"
    STOPPED = "Stopped"
    ANY = "Any"


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that a step waits for: another step, and how that one ends."""

    step: str
    trigger: Trigger = Trigger.COMPLETED


def references(value: Json, at: Place = ()) -> Iterator[Reference]:
    """Give all references in a value, in the order of the text; `mistakes` gives the rest."""
    return (each for each, _ in find_expressions(value, at) if isinstance(each, Reference))


def mistakes(value: Json, at: Place = ()) -> Iterator[Mistake]:
    """Give the objects in a value that look like expressions, and are none."""
    return (each for each, _ in find_expressions(value, at) if isinstance(each, Mistake))


def all_steps(steps: Json, at: Place = ()) -> Iterator[tuple[dict[str, Json], Place]]:
    """Give every step, those inside `Condition` and `ForEach` too, and where it stands.

    Args:
        steps: the list; what is no step in it is passed over.
        at: where the list stands.
    """
    for index, step in enumerate(steps if isinstance(steps, list) else ()):
        if isinstance(step, dict):
            yield step, (*at, index)
            for key, inner in nested_steps(step):
                yield from all_steps(inner, (*at, index, "Arguments", key))


def nested_steps(step: Mapping[str, Json]) -> Iterator[tuple[str, Json]]:
    """Give the lists of steps that stand directly inside a step, with their keys in `Arguments`."""
    keys = {"Condition": _BRANCHES, "ForEach": (_BODY,)}.get(str(step.get("Type")), ())
    arguments = step.get("Arguments")
    if isinstance(arguments, dict):
        yield from ((key, arguments[key]) for key in keys if key in arguments)


def needs(step: Mapping[str, Json]) -> frozenset[str]:
    """Name the steps outside of this one that it and the steps inside it wait for."""
    found = {need.step for need in own_needs(step)}
    inside = [each for _, inner in nested_steps(step) for each, _ in all_steps(inner)]
    for each in inside:
        found |= {need.step for need in own_needs(each)}
    return frozenset(found - {str(each.get("Name")) for each in inside})


def own_needs(step: Mapping[str, Json]) -> frozenset[Need]:
    """Give what has to end before this step can start: dependencies and references.

    A `Condition` is decided before its branches start, so these do not count. A `ForEach` starts
    as a whole, so what is inside it does.
    """
    found = set(_depends_on(step.get("DependsOn")))
    arguments, inside = step.get("Arguments"), set[str]()
    if step.get("Type") == "Condition" and isinstance(arguments, dict):
        arguments = {key: value for key, value in arguments.items() if key not in _BRANCHES}
    else:
        body = [each for _, inner in nested_steps(step) for each, _ in all_steps(inner)]
        inside = {str(each.get("Name")) for each in body}
        found |= {need for each in body for need in _depends_on(each.get("DependsOn"))}
    used = references({**step, "DependsOn": None, "Arguments": arguments})
    found |= {Need(reference.step) for reference in used if reference.step}
    return frozenset(need for need in found if need.step not in inside)


def resolve(value: Json, lookup: Lookup) -> Json:
    """Put what is known in the place of references and functions.

    Args:
        value: any part of a definition.
        lookup: what is known.

    Raises:
        Unresolved: something is not known, or is a mistake.
    """
    if isinstance(value, list):
        return [resolve(each, lookup) for each in value]
    if not isinstance(value, dict):
        return value
    match read_expression(value):
        case None:
            return {key: resolve(each, lookup) for key, each in value.items()}
        case Mistake(message=message):
            raise Unresolved(message)
        case Reference(kind=Kind.PROPERTY_FILE, text=text):
            raise Unresolved(f'"{text}" is a whole file: only Std:JsonGet can read it.')
        case Reference() as reference:
            return lookup.value(reference)
        case Join(on=on, values=values):
            return on.join(_joined(resolve(each, lookup)) for each in values)
        case JsonGet() as json_get:
            return _read_json(json_get, lookup)
        case other:
            assert_never(other)


def follow(value: Json, path: Path, whole: str) -> Json:
    """Go into a value.

    Args:
        value: such as the answer of a `Describe*` call.
        path: where to. A key names an item of a list, too, where the items have names.
        whole: what this is about, for the message.

    Raises:
        Unresolved: there is nothing at the path.
    """
    for done, part in enumerate(path):
        found = _inside(value, part)
        if found is None:
            place = path_text(path[: done + 1]).removeprefix(".")
            raise Unresolved(f"{whole} has nothing at {place}.")
        value = found[0]
    return value


def _inside(value: Json, part: str | int | Key) -> tuple[Json] | None:
    """Give what is one part further, in a tuple: it may be null itself."""
    match part:
        case int():
            return (value[part],) if isinstance(value, list) and part < len(value) else None
        case str() | Key():
            name = part.name if isinstance(part, Key) else part
            if isinstance(value, dict):
                return (value[name],) if name in value else None
            items = value if isinstance(value, list) and isinstance(part, Key) else []
            return next(((item,) for item in items if name in _names(item)), None)
        case _:
            assert_never(part)


def _names(item: Json) -> list[Json]:
    return [item.get(by) for by in _NAMED_BY] if isinstance(item, dict) else []


def _joined(value: Json) -> str:
    """Write one value of a Std:Join; a truth as Python writes it, as pipeline parameters are."""
    if isinstance(value, list | dict) or value is None:
        raise Unresolved(f"Std:Join puts texts and numbers together, and was given {value!r}.")
    return str(value)


def _read_json(json_get: JsonGet, lookup: Lookup) -> Json:
    if json_get.file is not None:
        return follow(lookup.document(json_get.file), json_get.path, json_get.file.text)
    uri = resolve(json_get.uri, lookup)
    if not isinstance(uri, str):
        raise Unresolved(f"S3Uri of a Std:JsonGet has to be a text, and is {uri!r}.")
    return follow(lookup.document(uri), json_get.path, uri)


def _depends_on(value: Json) -> Iterator[Need]:
    """Read `DependsOn`: names, or objects with `Step` and `Trigger`; what is neither is no need."""
    for each in value if isinstance(value, list) else ():
        if isinstance(each, str):
            yield Need(each)
        elif isinstance(each, dict) and isinstance(each.get("Step"), str):
            named = {trigger.value: trigger for trigger in Trigger}
            trigger = named.get(str(each.get("Trigger")), Trigger.COMPLETED)
            yield Need(str(each["Step"]), trigger)
