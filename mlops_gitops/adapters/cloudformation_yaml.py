"""CloudFormation YAML: short tags such as `!Ref` become their long form.

Source: "CloudFormation template format", user guide; the tags are those of the intrinsic
function reference.
"""

import json
from collections.abc import Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from mlops_gitops.desired.stack import Template


class _Constructor(SafeConstructor):
    """YAML's safe types, less dates: CloudFormation knows none."""


def _long_form(constructor: _Constructor, suffix: str, node: Node) -> dict[str, Any]:
    value = _value(constructor, node)
    if suffix in {"Ref", "Condition"}:
        return {suffix: value}
    if suffix == "GetAtt" and isinstance(value, str):
        return {"Fn::GetAtt": value.split(".", 1)}
    return {f"Fn::{suffix}": value}


def _value(constructor: _Constructor, node: Node) -> Any:
    match node:
        case ScalarNode():
            return constructor.construct_scalar(node)
        case SequenceNode():
            return constructor.construct_sequence(node, deep=True)
        case MappingNode():
            return constructor.construct_mapping(node, deep=True)
        case _:
            raise TypeError(f"Unknown YAML node {node!r}.")


_Constructor.add_multi_constructor("!", _long_form)
_Constructor.add_constructor(
    "tag:yaml.org,2002:timestamp", lambda constructor, node: constructor.construct_scalar(node)
)


def load_template(text: str | bytes) -> Template:
    """Read a template, YAML or JSON, as JSON values in long form."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = _Constructor
    loaded: Template = yaml.load(text)
    return loaded


def template_value(body: Any) -> Template:
    """Read a template as `GetTemplate` gives it: parsed by boto3 if it is JSON, else text."""
    if isinstance(body, Mapping):
        # boto3 keeps the order of keys in a type of its own.
        plain: Template = json.loads(json.dumps(body))
        return plain
    return load_template(body)
