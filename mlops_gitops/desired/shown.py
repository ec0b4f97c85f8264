"""Desired stacks as they may be shown: without what is hidden, and without secrets."""

from collections.abc import Mapping
from typing import Any

from mlops_gitops.config.secrets import masked_tree, masked_value
from mlops_gitops.desired.stack import DesiredStack, Template

MASK = "****"
"""What AWS tells instead of a NoEcho parameter's value, and so do we."""


def is_hidden(declared: Mapping[str, Any]) -> bool:
    """Whether a parameter is a secret (NoEcho), whose value AWS masks and we never show."""
    return str(declared.get("NoEcho", False)).lower() == "true"


def shown_parameters(stack: DesiredStack) -> dict[str, str]:
    """Give the parameters' values."""
    declared = stack.template.get("Parameters", {})
    return {
        name: MASK if is_hidden(declared.get(name, {})) else masked_value(name, each.value)
        for name, each in stack.parameters.items()
    }


def shown_template(stack: DesiredStack) -> Any:
    """Give the template."""
    template = masked_tree(dict(without_hidden(stack.template)))
    for name, declared in template.get("Parameters", {}).items():
        if "Default" in declared:
            declared["Default"] = masked_tree(declared["Default"], name)
    return template


def without_hidden(template: Template) -> Template:
    """Give a template in which a hidden parameter's default is as hidden as its value."""
    declared = {
        name: {**each, "Default": MASK} if is_hidden(each) and "Default" in each else each
        for name, each in template.get("Parameters", {}).items()
    }
    return {**template, "Parameters": declared} if declared else template
