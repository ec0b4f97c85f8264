"""The templates as these tests read them: CloudFormation's short forms as their long ones."""

import importlib.util
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "blueprints").glob("*/*.yaml"))


class _Constructor(SafeConstructor):
    """Reads `!Ref x` as {"Ref": x}."""


def _long_form(constructor: _Constructor, suffix: str, node: Node) -> dict[str, Any]:
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    match node:
        case ScalarNode():
            value: Any = node.value
            return {name: value.split(".", 1) if suffix == "GetAtt" else value}
        case SequenceNode():
            return {name: constructor.construct_sequence(node, deep=True)}
        case MappingNode():
            return {name: constructor.construct_mapping(node, deep=True)}
    raise TypeError(node)


_Constructor.add_multi_constructor("!", _long_form)


@cache
def load(path: Path) -> dict[str, Any]:
    """Read a template, once: nobody changes what is given."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = _Constructor
    template: dict[str, Any] = yaml.load(path)
    # What an insert adds beside the template's own members is known only once it is rendered.
    template["Resources"].pop("Mlops::Insert", None)
    return template


def mappings(value: Any) -> Iterator[dict[str, Any]]:
    """Give every mapping inside a value, itself included."""
    if isinstance(value, dict):
        yield value
    children = value.values() if isinstance(value, dict) else value
    if isinstance(children, list | type({}.values())):
        for child in children:
            yield from mappings(child)


def module_at(path: Path, name: str) -> ModuleType:
    """Import a file that is in no package."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
