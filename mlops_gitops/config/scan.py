"""The scanner: JSON text -> its value and the place of every key and value.

It is the reference for what we accept. The standard library's C parser is the fast way for files
that are plainly fine; a law in the tests holds the two together.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from json import JSONDecodeError
from json.decoder import scanstring  # type: ignore[attr-defined]  # typeshed leaves it out
from typing import TypeAlias

from mlops_gitops.config import refusals
from mlops_gitops.config.said import Said, quoted

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"
Path: TypeAlias = "tuple[str | int, ...]"

SURROGATE = re.compile("[\ud800-\udfff]")
_BLANKS = frozenset(" \t\n\r")
_COMMENTS = frozenset("/#")
_BLANK = re.compile(r"[ \t\n\r]*+")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*+)(\.[0-9]++)?([eE][+-]?[0-9]++)?")
_WORD = re.compile(r"-?[A-Za-z_$][A-Za-z0-9_$]*+")
_LITERALS: Mapping[str, Json] = {"true": True, "false": False, "null": None}
_NO_NUMBERS = frozenset({"NaN", "Infinity", "-Infinity"})
_MAX_DIGITS = 400
_SPELLING = {"True": "true", "False": "false", "None": "null"}


class Refused(Exception):
    """The text is not taken: what to say, at which character (0 for the first), on which path."""

    def __init__(self, said: Said, offset: int, path: Path = ()) -> None:
        super().__init__(said.message)
        self.said = said
        self.offset = offset
        self.path = path


@dataclass(frozen=True, slots=True)
class Scanned:
    """A value, and the offset of the first character of each key and value in it, by path."""

    value: Json
    values: Mapping[Path, int]
    keys: Mapping[Path, int]


def scan(text: str) -> Scanned:
    """Read JSON text.

    Raises:
        Refused: the text is not JSON as we take it.
    """
    scanner = _Scanner(text)
    value, end = scanner.value(_blank(text, 0), ())
    end = scanner.blank(end)
    if end < len(text):
        message = f"There is more text after the end of the value: {quoted(text[end : end + 20])}."
        hint = "A file holds one object; check the brackets."
        raise Refused(refusals.syntax(message, hint), end)
    return Scanned(value, scanner.values, scanner.keys)


def _blank(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return match.end() if match else at


class _Scanner:
    """One pass over one text; recursion is bounded by `MAX_DEPTH`."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.values: dict[Path, int] = {}
        self.keys: dict[Path, int] = {}

    def blank(self, at: int) -> int:
        """Skip blanks; comments are refused wherever blanks may stand."""
        mark = self.text[at : at + 1]
        if mark in _BLANKS:
            at = _blank(self.text, at)
            mark = self.text[at : at + 1]
        if mark in _COMMENTS and self.text.startswith(("//", "/*", "#"), at):
            raise Refused(refusals.comment(), at)
        return at

    def value(self, at: int, path: Path) -> tuple[Json, int]:
        """Read the value that begins at a character; give it and where it ends."""
        at = self.blank(at)
        self.values[path] = at
        mark = self.text[at : at + 1]
        if mark == "{":
            return self.object(at, path)
        if mark == "[":
            return self.array(at, path)
        if mark == '"':
            return self.string(at, path)
        number = _NUMBER.match(self.text, at)
        if number:
            return _number(number, path)
        return self.word(at, path)

    def object(self, at: int, path: Path) -> tuple[Json, int]:
        """Read an object; a key may be written once."""
        self.check_depth(at, path)
        found: dict[str, Json] = {}
        at = self.blank(at + 1)
        while self.text[at : at + 1] != "}":
            key_at = at
            if self.text[at : at + 1] != '"':
                raise Refused(_no_key(self.text, at), at, path)
            key, at = self.string(at, path)
            here = (*path, key)
            if key in found:
                line, column = position(self.text, self.keys[here])
                raise Refused(refusals.duplicate_key(key, line, column), key_at, here)
            self.keys[here] = key_at
            at = self.blank(at)
            if self.text[at : at + 1] != ":":
                raise self.unexpected(":", at, here, f"after the key {quoted(key)}")
            at += 1
            found[key], at = self.value(at, here)
            at = self.next_item(at, "}", path)
        return found, at + 1

    def array(self, at: int, path: Path) -> tuple[Json, int]:
        """Read an array."""
        self.check_depth(at, path)
        found: list[Json] = []
        at = self.blank(at + 1)
        while self.text[at : at + 1] != "]":
            item, at = self.value(at, (*path, len(found)))
            found.append(item)
            at = self.next_item(at, "]", path)
        return found, at + 1

    def check_depth(self, at: int, path: Path) -> None:
        """Refuse a bracket that opens one level too many."""
        if len(path) >= refusals.MAX_DEPTH:
            raise Refused(refusals.too_deep(), at, path)

    def next_item(self, at: int, closing: str, path: Path) -> int:
        """Step over the comma to the next item, or stay on the closing bracket."""
        comma = at = self.blank(at)
        mark = self.text[at : at + 1]
        if mark == closing:
            return at
        if mark != ",":
            raise self.unexpected(",", at, path, f"or {quoted(closing)}")
        at = self.blank(at + 1)
        if self.text[at : at + 1] == closing:
            raise Refused(refusals.trailing_comma(closing), comma, path)
        return at

    def unexpected(self, mark: str, at: int, path: Path, where: str) -> Refused:
        """Say that another character should stand here."""
        message = f"Expected {quoted(mark)} {where}, found {_found(self.text, at)}."
        hint = "Check for a missing comma, colon, quote or bracket just before."
        return Refused(refusals.syntax(message, hint), at, path)

    def string(self, at: int, path: Path) -> tuple[str, int]:
        """Read a text in double quotes."""
        try:
            value, end = scanstring(self.text, at + 1, True)  # noqa: FBT003 - its third argument is positional
        except JSONDecodeError as error:
            raise Refused(_broken_string(error), error.pos, path) from None
        if SURROGATE.search(value):
            raise Refused(refusals.lone_surrogate(), at, path)
        return value, end

    def word(self, at: int, path: Path) -> tuple[Json, int]:
        """Read `true`, `false` or `null`; say what else stands there."""
        match = _WORD.match(self.text, at)
        word = match.group() if match else ""
        if word in _LITERALS:
            return _LITERALS[word], at + len(word)
        if word in _NO_NUMBERS:
            raise Refused(refusals.not_a_json_number(word), at, path)
        message = f"Expected a value, found {_found(self.text, at)}."
        raise Refused(refusals.syntax(message, _word_hint(self.text, at, word)), at, path)


def _number(match: re.Match[str], path: Path) -> tuple[Json, int]:
    text, end = match.group(), match.end()
    if match.string[end : end + 1].isdigit():
        message = f"A number begins with a zero and goes on with {match.string[end]}."
        hint = "Drop the leading zero; account ids are text and stand in quotes."
        raise Refused(refusals.syntax(message, hint), match.start(), path)
    value = to_number(text, is_integer=match.group(1) is None and match.group(2) is None)
    if value is None:
        raise Refused(refusals.lossy_number(text), match.start(), path)
    return value, end


def to_number(text: str, *, is_integer: bool) -> int | float | None:
    """Convert a JSON number; None for one that 64-bit floating point cannot hold."""
    if not is_integer:
        value = float(text)
        return None if value in (float("inf"), float("-inf")) else value
    # Python itself refuses to convert more than 4,300 digits.
    integer = int(text) if len(text) <= _MAX_DIGITS else None
    return integer if integer is not None and abs(integer) <= refusals.MAX_INTEGER else None


def position(text: str, offset: int) -> tuple[int, int]:
    """Turn an offset into a line and a column, both from 1, in characters."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _found(text: str, at: int) -> str:
    if at >= len(text):
        return "the end of the file"
    if text[at] == "'":
        return "a single quote"
    word = _WORD.match(text, at)
    return quoted(word.group() if word else text[at])


def _no_key(text: str, at: int) -> Said:
    message = f"Expected a key in double quotes, found {_found(text, at)}."
    return refusals.syntax(message, _word_hint(text, at, ""))


def _word_hint(text: str, at: int, word: str) -> str:
    if text.startswith("'", at):
        return 'Use double quotes ("), not single ones.'
    if word in _SPELLING:
        return f"JSON writes it in lower case: {_SPELLING[word]}."
    if at >= len(text):
        return "Close every bracket that is open."
    return "Texts and keys stand in double quotes."


def _broken_string(error: JSONDecodeError) -> Said:
    if error.msg.startswith("Unterminated"):
        return refusals.syntax("A text does not end.", 'Close it with a double quote (").')
    if error.msg.startswith("Invalid control"):
        message = "A text holds a line break or another control character."
        return refusals.syntax(message, r"Write line breaks as \n and tabs as \t.")
    message = f"A text holds an unknown escape ({error.msg.split(':')[0].lower()})."
    return refusals.syntax(message, r"Write a backslash as \\.")
