"""Facts about fields: what a schema says of each, in words for people."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mlops_gitops.config.schemas import PER_STAGE, PipelineType, Schema, resolve, single_value

_KINDS = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "object": "object",
    "array": "list",
    "null": "null",
}
_FEW = 8
_READABLE = 40
"""Longest pattern that tells a person anything."""
_SOURCES = {"artifact": "with an artifact", "package": "with a model package"}
_SAID_BY_COLUMN = re.compile(r" An object gives one \w+ per stage\.")


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldFact:
    """One field of a config.

    Attributes:
        name: dotted for what is inside of an object; `[]` stands for every item of a list.
        kind: its type in words.
        required: "yes", "", or when.
        default: JSON; empty where there is none.
        is_per_stage: whether an object may give one value per stage.
        limits: how small and how large, in words.
        examples: JSON each.
    """

    name: str
    kind: str
    required: str
    default: str
    is_per_stage: bool
    limits: tuple[str, ...]
    examples: tuple[str, ...]
    description: str


def field_facts(type_: PipelineType) -> tuple[FieldFact, ...]:
    """Give every field of a pipeline type, and what is inside of it, in the schema's order."""
    return tuple(_inside(type_.schema, type_.schema, ""))


def _inside(schema: Schema, node: Schema, above: str) -> Iterator[FieldFact]:
    required = node.get("required", ())
    for name, raw in node.get("properties", {}).items():
        staged = resolve(schema, raw)
        one = resolve(schema, single_value(staged)) if PER_STAGE in staged else staged
        need = "yes" if name in required else _SOURCES.get(staged.get("x-model-source", ""), "")
        yield FieldFact(
            name=above + name,
            kind=_kind(schema, one),
            required=need,
            default=_default(staged, one),
            is_per_stage=PER_STAGE in staged,
            limits=tuple(_limits(one)),
            examples=tuple(_json(example) for example in one.get("examples", ())),
            description=_SAID_BY_COLUMN.sub("", one.get("description", "")),
        )
        yield from _below(schema, one, above + name)


def _below(schema: Schema, node: Schema, name: str) -> Iterator[FieldFact]:
    """Give what is inside of an object or of a list's items."""
    if "properties" in node:
        yield from _inside(schema, node, f"{name}.")
    items = node.get("items")
    if isinstance(items, dict):
        yield from _below(schema, resolve(schema, items), f"{name}[]")


def _default(staged: Schema, one: Schema) -> str:
    default = staged.get("default", one.get("default"))
    return "" if default in (None, "") else _json(default)


def _kind(schema: Schema, node: Schema) -> str:
    if "const" in node:
        return f"always {_json(node['const'])}"
    types = node.get("type", "any value")
    types = [types] if isinstance(types, str) else list(types)
    if types[0] == "boolean":
        return _KINDS["boolean"]
    if "enum" in node:
        return _one_of(node["enum"])
    # The second spelling, such as a number in quotes, is there for the predecessor's files.
    if len(types) > 1 and types[1] == "string":
        return f"{_word(schema, node, types[0])}, or the same in quotes"
    choices = node.get("anyOf") or node.get("oneOf")
    if choices and "type" not in node:
        words = [_kind(schema, resolve(schema, choice)) for choice in choices]
        return " or ".join(dict.fromkeys(words))
    return " or ".join(_word(schema, node, each) for each in types)


def _word(schema: Schema, node: Schema, type_: str) -> str:
    items = node.get("items")
    if type_ == "array" and isinstance(items, dict):
        return f"list, each {_article(_kind(schema, resolve(schema, items)))}"
    return _KINDS.get(type_, type_)


def _article(kind: str) -> str:
    noun = re.split(r"\W", kind)[0] in {"text", "whole", "number", "object", "list"}
    return f"{'an' if kind[0] == 'o' else 'a'} {kind}" if noun else kind


def _one_of(values: list[Any]) -> str:
    words = list(dict.fromkeys(value for value in values if value != ""))
    if len(words) > _FEW:
        return f"one of {len(words)} names"
    return f"one of {', '.join(_json(value) for value in words)}"


def _limits(node: Schema) -> Iterator[str]:
    for noun, least, most in (
        ("", "minimum", "maximum"),
        (" characters", "minLength", "maxLength"),
        (" items", "minItems", "maxItems"),
        (" keys", "minProperties", "maxProperties"),
    ):
        low, high = node.get(least), node.get(most)
        # Nobody has to be told that one character is needed.
        if high is None and noun == " characters" and low == 1:
            continue
        if low is not None or high is not None:
            which = "as a number " if not noun and _is_mixed(node) else ""
            yield f"{which}{_between(low, high)}{noun or _unit(node)}"
    pattern = node.get("pattern", "")
    if pattern and len(pattern) <= _READABLE and "x-rule" not in node:
        yield f"matches {pattern}"


def _is_mixed(node: Schema) -> bool:
    """Tell a value that may be a text of any kind from a number that may be quoted."""
    return node.get("type") in (["string", "integer"], ["string", "number"])


def _between(low: Any, high: Any) -> str:
    if low == high:
        return _number(low)
    if high is None:
        return f"{_number(low)} or more"
    return f"{_number(low)} to {_number(high)}" if low is not None else f"up to {_number(high)}"


def _unit(node: Schema) -> str:
    return f" {str(node['x-unit']).removeprefix('of ')}" if "x-unit" in node else ""


def _number(value: Any) -> str:
    return f"{value:,}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
