"""References: how a definition names a value that is known only while the pipeline runs.

The spelling is that of `{"Get": …}` in definition JSON, version 2020-12-01, as both majors of the
SageMaker Python SDK write it. What a `ForEach` step gives is spelled `IterationOutput` by some
releases of the SDK and `ChildOutput` by others; both are read.
"""

import re
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias, assert_never

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"
Place: TypeAlias = tuple[str | int, ...]
"""Where something stands in JSON: keys and indexes from the value that was asked about."""

EXECUTION_VARIABLES = frozenset(
    {
        "StartDateTime",
        "CurrentDateTime",
        "PipelineName",
        "PipelineArn",
        "PipelineExecutionId",
        "PipelineExecutionArn",
        "TrainingJobName",
        "ProcessingJobName",
    }
)

_NAME = r"[A-Za-z0-9_][A-Za-z0-9_\-]*"
_PART = re.compile(rf"\.({_NAME})|\[(0|[1-9][0-9]{{0,8}})\]|\['((?:(?!'\]).)+)'\]", re.DOTALL)
_HEADS = re.compile(
    rf"(?P<PARAMETER>Parameters\.(?P<parameter>{_NAME}))"
    r"|(?P<EXECUTION>Execution\.(?P<variable>[A-Za-z]+))"
    rf"|(?P<PROPERTY_FILE>Steps\.(?P<owner>{_NAME})\.PropertyFiles\.(?P<file>.+))"
    rf"|(?P<STEP>Steps\.(?P<step>{_NAME}))"
    r"|(?P<ITEM>ForEach\.CurrentItem)"
    rf"|(?P<OUTPUT>(?P<spelling>IterationOutput|ChildOutput)\.(?P<body>{_NAME}))",
    re.DOTALL,
)


class BadReference(ValueError):
    """A text is no reference; the message says why, in one sentence."""


class Kind(Enum):
    """What a reference names."""

    PARAMETER = "parameter"
    EXECUTION = "execution variable"
    STEP = "property of a step"
    PROPERTY_FILE = "property file of a step"
    ITEM = "current item of a ForEach"
    OUTPUT = "output of a step inside a ForEach"


@dataclass(frozen=True, slots=True)
class Key:
    """A part of a path that is a key of a map, or the name of an item of a list: `['train']`."""

    name: str

    def __str__(self) -> str:
        return f"['{self.name}']"


Path: TypeAlias = tuple[str | int | Key, ...]
"""Members as text, indexes of lists as numbers, keys of maps as `Key`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """The name of a value that is known only while the pipeline runs.

    Attributes:
        kind: what it names.
        name: of the parameter, the execution variable or the step; `CurrentItem` for an item.
        path: what of it; a property file's name is its only part.
        text: as it is written in the definition.
        at: where the object with the text stands in the value that was searched.
    """

    kind: Kind
    name: str
    path: Path
    text: str
    at: Place = ()

    @property
    def step(self) -> str | None:
        """The step whose success it waits for, if it is about one."""
        return self.name if self.kind in {Kind.STEP, Kind.PROPERTY_FILE} else None


def parse(text: str, at: Place = ()) -> Reference:
    """Read the text of a `{"Get": text}`.

    Args:
        text: such as `Steps.Train.ModelArtifacts.S3ModelArtifacts`.
        at: where the object stands.

    Raises:
        BadReference: it is none.
    """
    head = _HEADS.match(text)
    if head is None:
        raise BadReference(_no_head(text))
    kind = next(kind for kind in Kind if head[kind.name] is not None)
    path = (head["file"],) if kind is Kind.PROPERTY_FILE else _path(text, head.end())
    name = _name(head)
    _check(kind, path, text)
    return Reference(kind=kind, name=name, path=path, text=text, at=at)


def written(kind: Kind, name: str, path: Path) -> str:
    """Write the text of a reference: what `parse` reads as these."""
    match kind:
        case Kind.PARAMETER:
            head = f"Parameters.{name}"
        case Kind.EXECUTION:
            head = f"Execution.{name}"
        case Kind.STEP:
            head = f"Steps.{name}"
        case Kind.PROPERTY_FILE:
            return f"Steps.{name}.PropertyFiles.{path[0]}"
        case Kind.ITEM:
            head = "ForEach.CurrentItem"
        case Kind.OUTPUT:
            head = f"IterationOutput.{name}"
        case _:
            assert_never(kind)
    return head + path_text(path)


def path_text(path: Path) -> str:
    """Write a path: a member with its dot, an index and a key in brackets."""
    return "".join(_part_text(part) for part in path)


def parse_path(text: str) -> Path:
    """Read a path by itself, as `Path` of a `Std:JsonGet` is written: `$.a.b[0]['c d']`.

    Both quotes are good for keys, and the first member needs no dot.

    Raises:
        BadReference: it is none, or more than a way to one value, such as `a[*]`.
    """
    rest = re.sub(r'\["([^"]+)"\]', r"['\1']", text.removeprefix("$"))
    if rest and rest[0] not in ".[":
        rest = f".{rest}"
    try:
        return _path(rest, 0)
    except BadReference:
        message = f'"{text}" is no path to one value, such as metrics.mse.value or a[0].b.'
        raise BadReference(message) from None


def _part_text(part: str | int | Key) -> str:
    match part:
        case str():
            return f".{part}"
        case int():
            return f"[{part}]"
        case Key():
            return str(part)
        case _:
            assert_never(part)


def _path(text: str, start: int) -> Path:
    parts: list[str | int | Key] = []
    while start < len(text):
        found = _PART.match(text, start)
        if found is None:
            raise BadReference(f'"{text}" cannot be read from "{text[start:]}" on.')
        member, index, key = found.groups()
        parts.append(member or (Key(key) if key else int(index)))
        start = found.end()
    return tuple(parts)


def _name(head: re.Match[str]) -> str:
    groups = ("parameter", "variable", "owner", "step", "body")
    return next((head[group] for group in groups if head[group] is not None), "CurrentItem")


def _check(kind: Kind, path: Path, text: str) -> None:
    match kind:
        case Kind.PARAMETER | Kind.EXECUTION:
            wrong = "has nothing inside that could be named" if path else ""
        case Kind.STEP | Kind.OUTPUT:
            wrong = "" if path else "names a step, but no property of it"
        case Kind.ITEM | Kind.PROPERTY_FILE:
            wrong = ""
        case _:
            assert_never(kind)
    if wrong:
        raise BadReference(f'"{text}" {wrong}.')


def _no_head(text: str) -> str:
    heads = "Parameters.<name>, Execution.<variable>, Steps.<step>.<property>"
    return f'"{text}" is no reference: it has to begin as one of {heads}.'
