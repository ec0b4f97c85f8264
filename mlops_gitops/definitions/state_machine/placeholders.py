"""Placeholders: `${Name}` in a definition file, and how CloudFormation puts values in their place.

`${!` stands for `${` itself, as in CloudFormation's own `Fn::Sub`. Any other `${` that is not
followed by a name and `}` is text.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from mlops_gitops.config.document import Json

NAME = r"[A-Za-z][A-Za-z0-9]*"
PSEUDO = ("AWS::AccountId", "AWS::Partition", "AWS::Region", "AWS::StackName", "AWS::URLSuffix")
"""What CloudFormation knows by itself, as far as it is a text."""

_TOKEN = re.compile(rf"\$\{{(?:(?P<literal>!)|(?P<name>{NAME}|AWS::[A-Za-z]+)\}})")
_DOLLAR = "MlopsGitopsDollar"
"""A variable whose value is a dollar: no reading of `Fn::Sub` takes what follows for a name."""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A placeholder in a text: its name, and from where to where it stands."""

    name: str
    start: int
    end: int


def placeholders(text: str) -> Iterator[Placeholder]:
    """Give the placeholders of a text, in its order."""
    for found in _TOKEN.finditer(text):
        if found["name"]:
            yield Placeholder(found["name"], found.start(), found.end())


def escaped(text: str) -> str:
    """Write a text so that none of it is a placeholder."""
    return _TOKEN.sub(lambda found: f"${{!{found[0][2:]}", text)


def in_json(text: str, values: Mapping[str, Json]) -> Json:
    """Put values into JSON text; what only CloudFormation knows, it puts in by `Fn::Sub`.

    Inside a text of the JSON a value is spelled as JSON wants it there. A number or a truth that is
    all of a text takes the place of the quotes too: `"${Seconds}"` becomes `60`.

    Args:
        text: JSON with placeholders.
        values: by name; an object is a function of CloudFormation's.
    """
    return _substituted(_without_quotes(text, values), values, _in_quotes)


def in_text(text: str, values: Mapping[str, Json]) -> Json:
    """Put values into plain text, as `in_json` does into JSON."""
    return _substituted(text, values, _spelled)


def known(text: str, values: Mapping[str, Json], stand_in: str) -> str:
    """Put values into plain text; a stand-in where only CloudFormation knows."""

    def value(found: re.Match[str]) -> str:
        if found["literal"]:
            return "${"
        given = values.get(found["name"])
        return stand_in if given is None or isinstance(given, dict) else _spelled(given)

    return _TOKEN.sub(value, text)


def settled(text: str, values: Mapping[str, Json]) -> str:
    """Put in the values that are known; what only CloudFormation knows stays a placeholder."""

    def value(found: re.Match[str]) -> str:
        given = values.get(found["name"])
        return found[0] if given is None or isinstance(given, dict) else escaped(_spelled(given))

    return _TOKEN.sub(value, text)


def _without_quotes(text: str, values: Mapping[str, Json]) -> str:
    bare = {name for name, value in values.items() if isinstance(value, bool | int | float)}

    def unquoted(found: re.Match[str]) -> str:
        return found[0][1:-1] if found["name"] in bare else found[0]

    return re.sub(rf'(?<!\\)"\$\{{(?P<name>{NAME})\}}"', unquoted, text)


def _substituted(text: str, values: Mapping[str, Json], spell: Callable[[Json], str]) -> Json:
    used: dict[str, Json] = {}

    def token(found: re.Match[str]) -> str:
        if found["literal"]:
            used[_DOLLAR] = "$"
            return f"${{{_DOLLAR}}}{{"
        name = found["name"]
        if name not in PSEUDO:
            value = values[name]
            used[name] = value if isinstance(value, dict) else spell(value)
        return found[0]

    safe = re.sub(rf"\$\{{(?!!|(?:{NAME}|AWS::[A-Za-z]+)\}})", "${!", text)
    sub = _TOKEN.sub(token, safe)
    if "${" not in sub:
        return sub
    return {"Fn::Sub": [sub, used]} if used else {"Fn::Sub": sub}


def _spelled(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _in_quotes(value: Json) -> str:
    return (
        json.dumps(value, ensure_ascii=False)[1:-1] if isinstance(value, str) else _spelled(value)
    )
