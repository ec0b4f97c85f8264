"""YAML -> Document: the part of YAML that says what JSON can say, with a place for everything.

Events are read rather than nodes: an event stream is flat, so aliases cannot multiply and nesting
cannot exhaust the stack. Scalars are those of JSON, so `no` stays a text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from mlops_gitops.config import refusals
from mlops_gitops.config.document import Document, decode, kind_of, problem_at
from mlops_gitops.config.said import Said, printable, quoted
from mlops_gitops.config.scan import Json, Path, Refused, Scanned, position, to_number
from mlops_gitops.problems import Problem

MAX_SETTINGS_BYTES = 64 * 1024
"""The parser is pure Python; this much takes it about a second."""

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_LITERALS: dict[str, Json] = {"true": True, "false": False, "null": None, "~": None, "": None}


def read_yaml(path: str, data: bytes) -> Document | Problem:
    """Read a YAML file; the first thing that cannot be taken is the one problem it has."""
    return read_with(Builder, path, data, MAX_SETTINGS_BYTES)


def read_with(builder: "type[Builder]", path: str, data: bytes, limit: int) -> Document | Problem:
    """Read a YAML file of at most `limit` bytes with a builder of one's own."""
    text = decode(path, data, limit)
    if isinstance(text, Problem):
        return text
    try:
        scanned = builder(text).build()
    except Refused as refused:
        return problem_at(path, text, refused)
    if not isinstance(scanned.value, dict):
        said = refusals.not_an_object(kind_of(scanned.value))
        return problem_at(path, text, Refused(said, scanned.values.get((), 0)))
    return Document(path, scanned.value, text, scanned)


def bad_yaml(message: str, hint: str) -> Said:
    """MG016: The file is not YAML.

    The place is where the parser could not go on; the mistake is there or just before.

    Wrong:
        region: us-east-1
         prefix: mlops

    Right:
        region: us-east-1
        prefix: mlops
    """
    return Said("MG016", message, hint)


def unused_yaml(what: str) -> Said:
    """MG017: The file uses a part of YAML that we leave out.

    Anchors, aliases, tags, several documents and keys that are no text are left out: settings are
    what JSON can say, so that everybody reads the same in them. So are templates, where
    CloudFormation's own tags, such as `!Ref`, are short for what JSON can say too.

    Wrong:
        prod: &account "444444444444"

    Right:
        prod: "444444444444"
    """
    message = f"The file uses {what}."
    return Said("MG017", message, "Write it without: plain names, texts, numbers and lists.")


@dataclass(slots=True)
class Open:
    """A list or object that has begun; `key` waits for its value."""

    value: list[Json] | dict[str, Json]
    path: Path
    key: str | None = None


@dataclass(slots=True)
class Builder:
    """Builds one value out of events; no tag means anything."""

    text: str
    values: dict[Path, int] = field(default_factory=dict)
    keys: dict[Path, int] = field(default_factory=dict)
    open: list[Open] = field(default_factory=list)
    root: Json = None
    documents: int = 0

    def build(self) -> Scanned:
        """Read the text to its end."""
        for event in _events(self.text):
            self.take(event)
        return Scanned(self.root, self.values, self.keys)

    def take(self, event: Any) -> None:
        """Take one event of the parser."""
        offset = event.start_mark.index
        match event:
            case AliasEvent():
                raise Refused(unused_yaml("an alias (*)"), offset)
            case DocumentStartEvent():
                self.documents += 1
                if self.documents > 1:
                    raise Refused(unused_yaml("several documents (---)"), offset)
            case ScalarEvent() | SequenceStartEvent() | MappingStartEvent():
                if event.anchor is not None:
                    raise Refused(unused_yaml("an anchor (&)"), offset)
                self.begin(event, offset)
            case SequenceEndEvent() | MappingEndEvent():
                self.open.pop()
            case _:  # begin and end of the stream and of its document
                pass

    def begin(self, event: Any, offset: int) -> None:
        """Take a key, a plain value, or the beginning of a list or object."""
        parent = self.open[-1] if self.open else None
        if parent and isinstance(parent.value, dict) and parent.key is None:
            self.key(parent, event, offset)
            return
        path = self.place(parent, offset)
        # The non-specific tag "!" is all that a scalar in quotes may carry.
        if event.tag not in {None, "!"}:
            self.tagged(parent, event, offset, path)
            return
        self.plain(parent, event, offset, path)

    def plain(self, parent: Open | None, event: Any, offset: int, path: Path) -> None:
        """Take a value without a tag."""
        if isinstance(event, ScalarEvent):
            self.put(parent, _scalar(event, offset, path))
            return
        if len(path) >= refusals.MAX_DEPTH:
            raise Refused(refusals.too_deep(), offset, path)
        value: list[Json] | dict[str, Json] = [] if isinstance(event, SequenceStartEvent) else {}
        self.put(parent, value)
        self.open.append(Open(value, path))

    def tagged(self, _parent: Open | None, event: Any, offset: int, _path: Path) -> None:
        """Take a value with a tag.

        Raises:
            Refused: always, here.
        """
        raise Refused(unused_yaml(f"a tag ({quoted(str(event.tag))})"), offset)

    def key(self, parent: Open, event: Any, offset: int) -> None:
        """Take a key; its value is the next event."""
        if not isinstance(event, ScalarEvent):
            raise Refused(unused_yaml("a key that is no text"), offset, parent.path)
        if event.tag not in {None, "!"}:
            raise Refused(unused_yaml(f"a tag ({quoted(str(event.tag))})"), offset, parent.path)
        path = (*parent.path, event.value)
        if event.value in parent.value:
            line, column = position(self.text, self.keys[path])
            raise Refused(refusals.duplicate_key(event.value, line, column), offset, path)
        self.keys[path] = offset
        parent.key = event.value

    def place(self, parent: Open | None, offset: int) -> Path:
        """Note where a value begins; give its path."""
        if parent is None:
            path: Path = ()
        elif isinstance(parent.value, list):
            path = (*parent.path, len(parent.value))
        else:
            path = (*parent.path, str(parent.key))
        self.values[path] = offset
        return path

    def put(self, parent: Open | None, value: Json) -> None:
        """Put a value where it belongs."""
        if parent is None:
            self.root = value
        elif isinstance(parent.value, list):
            parent.value.append(value)
        else:
            parent.value[str(parent.key)] = value
            parent.key = None


def _events(text: str) -> Iterator[Any]:
    """Parse; every way in which the parser fails becomes a refusal with a place."""
    try:
        yield from YAML(typ="safe", pure=True).parse(text)
    except MarkedYAMLError as error:
        _refuse(text, error)
    except ReaderError as error:
        said = bad_yaml("A character is not allowed in YAML.", "Delete it, or write it as \\u....")
        raise Refused(said, min(error.position, len(text) - 1)) from None
    except YAMLError as error:
        raise Refused(bad_yaml(f"{printable(str(error))}.", "Check the syntax."), 0) from None


def _refuse(text: str, error: MarkedYAMLError) -> NoReturn:
    mark = error.problem_mark or error.context_mark
    offset = min(mark.index, max(len(text) - 1, 0)) if mark else 0
    if text[offset : offset + 1] == "\t":
        said = bad_yaml("There is a tab; YAML is indented with blanks.", "Replace it by blanks.")
    else:
        parts = (error.context, error.problem)
        message = printable(", ".join(part for part in parts if part)).replace("\n", " ")
        said = bad_yaml(
            f"The YAML cannot be read: {message}.", "Check indentation, colons and quotes."
        )
    raise Refused(said, offset) from None


def _scalar(event: Any, offset: int, path: Path) -> Json:
    text: str = event.value
    if event.style is not None:
        return text
    if text in _LITERALS:
        return _LITERALS[text]
    match = _NUMBER.fullmatch(text)
    if match is None:
        return text
    number = to_number(text, is_integer=match.group(1) is None and match.group(2) is None)
    if number is None:
        raise Refused(refusals.lossy_number(text), offset, path)
    return number
