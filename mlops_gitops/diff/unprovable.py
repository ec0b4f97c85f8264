"""What no comparison of templates can see: values that AWS looks up at every deployment."""

import re
from collections.abc import Iterator, Mapping

from mlops_gitops.desired.stack import Template
from mlops_gitops.diff.intrinsics import is_looked_up

_DYNAMIC = re.compile(r"\{\{resolve:(ssm|ssm-secure|secretsmanager):[^}]*\}\}")
_PINNED = re.compile(
    # A version makes a dynamic reference constant; see "Dynamic references", CloudFormation
    # user guide: ssm:name:version, secretsmanager:id:SecretString:key:stage:version-id.
    r"\{\{resolve:(ssm(-secure)?:[^:}]+:\d+|secretsmanager:.+:SecretString:[^:}]*:[^:}]*:[^:}]+)\}\}"
)


def why_unprovable(template: Template, parameters: Mapping[str, str]) -> str:
    """Say why "no change" cannot be promised for a stack; empty if it can."""
    return "; ".join(dict.fromkeys(_reasons(template, parameters)))


def _reasons(template: Template, parameters: Mapping[str, str]) -> Iterator[str]:
    for name, declared in sorted(template.get("Parameters", {}).items()):
        if is_looked_up(declared):
            yield f"parameter {name} is read from the SSM parameter store"
    # One text instead of a walk: plans of thousands of stacks look at every template.
    for found in _DYNAMIC.finditer(repr((template, parameters))):
        if not _PINNED.fullmatch(found[0]):
            yield f"{found[0]} is looked up when it is deployed"
    if "Transform" in template:
        yield "a transform rewrites the template when it is deployed"
    for name, resource in sorted(template.get("Resources", {}).items()):
        if resource["Type"] == "AWS::CloudFormation::Stack":
            yield f"nested stack {name} is not compared"
