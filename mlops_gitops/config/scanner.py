"""The scanner: says why a text is not the JSON that we take.

It is the reference for what we accept. The standard library's C parser is the fast way for files
that are plainly fine; a law in the tests holds the two together. Values of a list or object that
are plain too are skipped many at a time, so that a mistake at the end of 1 MiB is told soon.
"""

import re
from collections.abc import Callable
from json import JSONDecodeError
from json.decoder import scanstring  # type: ignore[attr-defined]  # typeshed leaves it out

from mlops_gitops.config import refusals
from mlops_gitops.config.places import index_of
from mlops_gitops.config.said import Said, masked, quoted
from mlops_gitops.config.scan import Path, Refused, position, to_number

_SURROGATE = re.compile("[\ud800-\udfff]")
_WS = r"[ \t\n\r]*+"
_KEY = r'"[^"\\\x00-\x1f]*+"'
_FLAT = (
    r'(?:"(?:[^"\\\x00-\x1f]++|\\["\\/bfnrt])*+"'
    r"|-?(?:0|[1-9][0-9]{0,14}+)(?:\.[0-9]{1,20}+)?+(?:[eE][+-]?[0-9]{1,2}+)?+(?![0-9.eE])"
    r"|(?:true|false|null)(?![\w$]))"
)
_EMPTY = rf"\[{_WS}\]|\{{{_WS}\}}"
_LIST = rf"\[{_WS}{_FLAT}{_WS}(?:,{_WS}{_FLAT}{_WS})*+\]"
_OBJECT = rf"\{{{_WS}{_KEY}{_WS}:{_WS}{_FLAT}{_WS}\}}"
_PLAIN = rf"(?:{_FLAT}|{_EMPTY}|{_LIST}|{_OBJECT})"
_ITEMS = re.compile(rf"{_PLAIN}(?:{_WS},{_WS}{_PLAIN})*+")
_FLAT_ITEMS = re.compile(rf"{_FLAT}(?:{_WS},{_WS}{_FLAT})*+")
_MEMBERS = re.compile(rf"{_KEY}{_WS}:{_WS}{_FLAT}(?:{_WS},{_WS}{_KEY}{_WS}:{_WS}{_FLAT})*+")
_MEMBER = re.compile(rf'"([^"]*+)"{_WS}:{_WS}{_FLAT}{_WS},?{_WS}')
_OPENS = re.compile(rf"\[(?:{_WS}\[)*+")
_BLANKS = frozenset(" \t\n\r")
_COMMENTS = frozenset("/#")
_BLANK = re.compile(_WS)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*+)(\.[0-9]++)?([eE][+-]?[0-9]++)?")
_WORD = re.compile(r"-?[A-Za-z_$][A-Za-z0-9_$]*+")
_LITERALS = frozenset({"true", "false", "null"})
_NO_NUMBERS = frozenset({"NaN", "Infinity", "-Infinity"})
_LOOK_AHEAD = 500
_SPELLING = {"True": "true", "False": "false", "None": "null"}


def scan(text: str) -> None:
    """Look through JSON text.

    Raises:
        Refused: the text is not JSON as we take it.
    """
    scanner = _Scanner(text)
    end = scanner.blank(scanner.value(_blank(text, 0)))
    if end < len(text):
        rest = masked(text[end : end + _LOOK_AHEAD])[:20]
        message = f"There is more text after the end of the value: {quoted(rest)}."
        hint = "A file holds one object; check the brackets."
        raise Refused(refusals.syntax(message, hint), end)


def _blank(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return match.end() if match else at


class _Scanner:
    """One pass over one text; recursion is bounded by `MAX_DEPTH`.

    Attributes:
        starts: where the lists and objects begin that are open around the current character.
        keys: for each of them the key whose value is being read; None for a list.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts: list[int] = []
        self.keys: list[str | None] = []

    def blank(self, at: int) -> int:
        """Skip blanks; comments are refused wherever blanks may stand."""
        mark = self.text[at : at + 1]
        if mark in _BLANKS:
            at = _blank(self.text, at)
            mark = self.text[at : at + 1]
        if mark in _COMMENTS and self.text.startswith(("//", "/*", "#"), at):
            raise Refused(refusals.comment(), at)
        return at

    def value(self, at: int) -> int:
        """Read the value that begins at a character; give where it ends."""
        at = self.blank(at)
        mark = self.text[at : at + 1]
        if mark == "{":
            return self.object(at)
        if mark == "[":
            return self.lists(at)
        if mark == '"':
            return self.string(at, self.inside)[1]
        number = _NUMBER.match(self.text, at)
        return self.number(number) if number else self.word(at)

    def object(self, at: int) -> int:
        """Read an object; a key may be written once."""
        self.open(at)
        seen: dict[str, int] = {}
        at = self.blank(at + 1)
        while self.text[at : at + 1] != "}":
            members = _MEMBERS.match(self.text, at)
            at = self.members(members, seen) if members else self.member(at, seen)
            at = self.next_item(at, "}")
        self.close()
        return at + 1

    def members(self, match: re.Match[str], seen: dict[str, int]) -> int:
        """Take many plain members at once."""
        for member in _MEMBER.finditer(self.text, match.start(), match.end()):
            self.take_key(member.group(1), member.start(), seen)
        return match.end()

    def member(self, at: int, seen: dict[str, int]) -> int:
        """Read a key and its value."""
        if self.text[at : at + 1] != '"':
            raise self.around(_no_key(self.text, at), at)
        key, end = self.string(at, self.around)
        self.take_key(key, at, seen)
        at = self.blank(end)
        if self.text[at : at + 1] != ":":
            raise self.unexpected(":", at, f"after the key {quoted(key)}", self.inside)
        return self.value(at + 1)

    def take_key(self, key: str, at: int, seen: dict[str, int]) -> None:
        """Note a key, which may not be there yet."""
        self.keys[-1] = key
        if key in seen:
            line, column = position(self.text, seen[key])
            raise self.inside(refusals.duplicate_key(key, line, column), at)
        seen[key] = at

    def lists(self, at: int) -> int:
        """Read a list, and those that begin together with it."""
        outside = len(self.starts)
        opens = _OPENS.match(self.text, at)
        for mark in re.finditer(r"\[", opens.group() if opens else ""):
            self.open(at + mark.start())
        at = self.blank(self.starts[-1] + 1)
        while len(self.starts) > outside:
            plain = _ITEMS if len(self.starts) < refusals.MAX_DEPTH else _FLAT_ITEMS
            while self.text[at : at + 1] != "]":
                items = plain.match(self.text, at)
                at = self.next_item(items.end() if items else self.value(at), "]")
            self.close()
            at += 1
            if len(self.starts) > outside:
                at = self.next_item(at, "]")
        return at

    def open(self, at: int) -> None:
        """Enter a list or object; refuse a bracket that opens one level too many."""
        if len(self.starts) >= refusals.MAX_DEPTH:
            raise self.inside(refusals.too_deep(), at)
        self.starts.append(at)
        self.keys.append(None)

    def close(self) -> None:
        """Leave a list or object."""
        self.starts.pop()
        self.keys.pop()

    def next_item(self, at: int, closing: str) -> int:
        """Step over the comma to the next item, or stay on the closing bracket."""
        if self.text[at : at + 1] == closing:
            return at
        comma = at = self.blank(at)
        mark = self.text[at : at + 1]
        if mark == closing:
            return at
        if mark != ",":
            raise self.unexpected(",", at, f"or {quoted(closing)}", self.around)
        at = self.blank(at + 1)
        if self.text[at : at + 1] == closing:
            raise self.around(refusals.trailing_comma(closing), comma)
        return at

    def string(self, at: int, refused: Callable[[Said, int], Refused]) -> tuple[str, int]:
        """Read a text in double quotes."""
        try:
            value, end = scanstring(self.text, at + 1, True)  # noqa: FBT003 - its third argument is positional
        except JSONDecodeError as error:
            refusal = refused(_broken_string(error), at)
            refusal.offset = error.pos
            raise refusal from None
        if _SURROGATE.search(value):
            raise refused(refusals.lone_surrogate(), at)
        return value, end

    def number(self, match: re.Match[str]) -> int:
        """Take a number that survives being read by other tools."""
        text, end = match.group(), match.end()
        if match.string[end : end + 1].isdigit():
            message = f"A number begins with a zero and goes on with {match.string[end]}."
            hint = "Drop the leading zero; account ids are text and stand in quotes."
            raise self.inside(refusals.syntax(message, hint), match.start())
        if to_number(text, is_integer=match.group(1) is None and match.group(2) is None) is None:
            raise self.inside(refusals.lossy_number(text), match.start())
        return end

    def word(self, at: int) -> int:
        """Take `true`, `false` or `null`; say what else stands there."""
        match = _WORD.match(self.text, at)
        word = match.group() if match else ""
        if word in _LITERALS:
            return at + len(word)
        if word in _NO_NUMBERS:
            raise self.inside(refusals.not_a_json_number(word), at)
        message = f"Expected a value, found {_found(self.text, at)}."
        raise self.inside(refusals.syntax(message, _word_hint(self.text, at, word)), at)

    def unexpected(
        self, mark: str, at: int, where: str, refused: Callable[[Said, int], Refused]
    ) -> Refused:
        """Say that another character should stand here."""
        message = f"Expected {quoted(mark)} {where}, found {_found(self.text, at)}."
        hint = "Check for a missing comma, colon, quote or bracket just before."
        return refused(refusals.syntax(message, hint), at)

    def around(self, said: Said, at: int) -> Refused:
        """Refuse, with the path of the innermost list or object that is open."""
        return Refused(said, at, self.path(len(self.starts) - 1, at))

    def inside(self, said: Said, at: int) -> Refused:
        """Refuse, with the path of the value that is being read."""
        return Refused(said, at, self.path(len(self.starts), at))

    def path(self, depth: int, at: int) -> Path:
        """Give the path of what is being read in the outermost lists and objects."""
        ends = (*self.starts[1:], at)
        opened = list(zip(self.starts, self.keys, ends, strict=False))[: max(depth, 0)]
        return tuple(
            index_of(self.text, start, end) if key is None else key for start, key, end in opened
        )


def _found(text: str, at: int) -> str:
    if at >= len(text):
        return "the end of the file"
    if text[at] == "'":
        return "a single quote"
    # A secret is shortened as a whole, before it is cut at the end of a word.
    word = _WORD.match(masked(text[at : at + _LOOK_AHEAD]))
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
