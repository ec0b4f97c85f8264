"""Edits: one value of a JSON file is written anew; every other character stays as it is.

What is added follows the file's own habits: its indentation, its line ends, and whether it spells
what is no ASCII in escapes.
"""

import json
import re
from collections.abc import Mapping, Sequence

from mlops_gitops.config.document import Json, Path
from mlops_gitops.config.places import Places, children, end_of

_LONGEST_LINE = 100
_INDENT = re.compile(r"\n([ \t]+)")
_NEW_LINE = re.compile(r"\r?\n")


def with_value(text: str, path: Path, value: Json) -> str:
    """Write a value at a place, in the stead of what is there or as a new member.

    Args:
        text: a good JSON file.
        path: keys and indexes; what is above the value is made where it is missing.
        value: what is to stand there.

    Raises:
        TypeError: it is an item that a list does not have.
        ValueError: what is above it is there, and is no object.
    """
    return _with_text(text, path, spelled(text, value))


def with_stages(text: str, field: str, values: Mapping[str, str]) -> str:
    """Write a field as an object with one value per stage.

    Args:
        text: a good JSON file whose root is an object.
        field: the field's name.
        values: stage -> value, spelled as it is to be written.
    """
    members = [f"{_quoted(text, stage)}: {value}" for stage, value in values.items()]
    one_line = "{" + ", ".join(members) + "}"
    shortest = len(f'    "{field}": {one_line},')
    if shortest <= _LONGEST_LINE and "\n" not in one_line:
        return _with_text(text, (field,), one_line)
    unit, new_line = _habits(text)
    inner = f",{new_line}{unit * 2}".join(members)
    return _with_text(text, (field,), f"{{{new_line}{unit * 2}{inner}{new_line}{unit}}}")


def written_at(text: str, path: Path) -> str | None:
    """Give a value as it is written, character by character; None where there is none."""
    at = _start(text, path)
    return None if at is None else text[at : end_of(text, at)]


def spelled(text: str, value: Json) -> str:
    """Spell a value as the file would."""
    return json.dumps(value, ensure_ascii=text.isascii())


def _with_text(text: str, path: Path, value: str) -> str:
    at = _start(text, path)
    if at is not None:
        return text[:at] + value + text[end_of(text, at) :]
    above, last = path[:-1], path[-1]
    if not isinstance(last, str):
        message = f"there is no item {last} to be written anew"
        raise TypeError(message)
    around = _start(text, above)
    if around is None:
        return _with_text(text, above, f"{{{_quoted(text, last)}: {value}}}")
    if text[around] != "{":
        message = f"{'.'.join(map(str, above))} is no object"
        raise ValueError(message)
    return _added(text, around, f"{_quoted(text, last)}: {value}")


def _added(text: str, at: int, member: str) -> str:
    """Put a member behind the last one of the object that begins at a character."""
    there = tuple(children(text, at))
    if not there:
        return f"{text[: at + 1]}{member}{text[at + 1 :].lstrip()}"
    end = end_of(text, there[-1][2])
    return f"{text[:end]},{_before(text, at, [each[1] for each in there])}{member}{text[end:]}"


def _before(text: str, at: int, keys: Sequence[int]) -> str:
    """Give what stands before a member: that between the last two, or before the only one."""
    last = keys[-1]
    blank = text[:last].rstrip(" \t\r\n")
    found = text[len(blank) : last]
    return found if len(keys) > 1 or found or at + 1 != last else " "


def _start(text: str, path: Path) -> int | None:
    """Give where a value begins; None where it is not written."""
    at = Places(text).value(())
    for part in path:
        if text[at] not in "{[":
            return None
        found = next((child[2] for child in children(text, at) if child[0] == part), None)
        if found is None:
            return None
        at = found
    return at


def _habits(text: str) -> tuple[str, str]:
    """Give the unit of indentation, and how lines end."""
    unit, new_line = _INDENT.search(text), _NEW_LINE.search(text)
    return unit[1] if unit else "  ", new_line[0] if new_line else "\n"


def _quoted(text: str, word: str) -> str:
    return json.dumps(word, ensure_ascii=text.isascii())
