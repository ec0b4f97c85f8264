"""Template diff: what a deployment does to each resource, by our own structural comparison.

Both templates are seen as CloudFormation sees them, each with its own parameters; then a property
that is fixed at creation decides between update and replacement, and whoever refers to a
replaced resource changes with it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from mlops_gitops.desired.stack import StackId, Template
from mlops_gitops.diff.documents import opened
from mlops_gitops.diff.facts import Facts
from mlops_gitops.diff.intrinsics import evaluate, holds, world_of
from mlops_gitops.diff.plan import Action, ResourceChange, ValueChange
from mlops_gitops.diff.values import canonical, compare_values, is_intrinsic

_ATTRIBUTES = (
    "DeletionPolicy",
    "UpdateReplacePolicy",
    "CreationPolicy",
    "UpdatePolicy",
    "Metadata",
)
_SECTIONS = (
    "Description",
    "Metadata",
    "Parameters",
    "Mappings",
    "Conditions",
    "Rules",
    "Transform",
)
KEEPING = frozenset({"Retain", "RetainExceptOnCreate", "Snapshot"})
"""Policies that leave a resource, or a snapshot of it."""

_NEW = " (new)"
_REFERENCE = re.compile(r"\$\{(([A-Za-z0-9]+)[^}]*)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One resource as CloudFormation sees it: conditions and parameters are worked out.

    Attributes:
        properties: canonical; references to other resources stay references.
        attributes: policies and metadata, canonical.
    """

    type: str
    properties: Mapping[str, Any]
    attributes: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A template with its parameters, as CloudFormation sees it."""

    resources: Mapping[str, Resource]
    outputs: Mapping[str, Any]
    sections: Mapping[str, Any]


NOTHING = Seen(resources={}, outputs={}, sections={})
"""What is there before a stack's creation."""


def see(
    template: Template,
    parameters: Mapping[str, str],
    stack: StackId,
    made: Mapping[str, Any] | None = None,
) -> Seen:
    """Work a template out with the values of its parameters.

    Args:
        template: the template.
        parameters: values of its parameters.
        stack: where it is deployed.
        made: what the stack's resources are called, `ID` and `ID.Attribute`; references to
            others stay references.
    """
    world = world_of(template, parameters, stack, made)

    def there(items: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: item
            for name, item in items.items()
            if "Condition" not in item or holds(item["Condition"], world) is not False
        }

    return Seen(
        resources={
            name: Resource(
                type=resource["Type"],
                properties=opened(
                    resource["Type"], evaluate(resource.get("Properties", {}), world)
                ),
                attributes={
                    key: evaluate(resource[key], world) for key in _ATTRIBUTES if key in resource
                },
            )
            for name, resource in there(template.get("Resources", {})).items()
        },
        outputs={
            name: evaluate(output.get("Value"), world)
            for name, output in there(template.get("Outputs", {})).items()
        },
        sections={name: canonical(template[name]) for name in _SECTIONS if name in template},
    )


def diff_resources(before: Seen, after: Seen, facts: Facts) -> tuple[ResourceChange, ...]:
    """Find what happens to every resource; sorted by name, unchanged ones left out."""
    sure = _settle(before, after, partial(_fixed_for_sure, facts))
    possible = _settle(before, after, partial(_fixed_perhaps, facts))
    return tuple(
        change if change == sure.get(name) else replace(change, certain=False)
        for name, change in sorted(possible.items())
    )


def diff_elsewhere(before: Seen, after: Seen) -> tuple[ValueChange, ...]:
    """Find what differs outside of resources: outputs and the template's other sections."""
    outputs = compare_values("output ", before.outputs, after.outputs)
    sections = compare_values("", before.sections, after.sections)
    return (*outputs, *sections)


Fixed = Callable[[str], tuple[str, ...]]
"""Resource type -> property paths whose change replaces it; the empty path is every property."""


def _fixed_for_sure(facts: Facts, resource_type: str) -> tuple[str, ...]:
    known = facts.get(resource_type)
    return () if known is None or decides_itself(resource_type) else known.always


def _fixed_perhaps(facts: Facts, resource_type: str) -> tuple[str, ...]:
    known = facts.get(resource_type)
    if known is None or decides_itself(resource_type):
        return ("",)
    return known.always + known.perhaps


def decides_itself(resource_type: str) -> bool:
    """Whether it is a custom resource: replaced when its function answers with another id."""
    return resource_type.startswith("Custom::") or resource_type.endswith("::CustomResource")


def _settle(before: Seen, after: Seen, fixed: Fixed) -> dict[str, ResourceChange]:
    """Compare until no further resource is replaced because of another's replacement."""
    replaced: frozenset[str] = frozenset()
    while True:
        changes = {
            name: change
            for name in before.resources.keys() | after.resources.keys()
            if (change := _change(name, before, after, fixed, replaced)) is not None
        }
        now = replaced | {
            name for name, change in changes.items() if change.action is Action.REPLACE
        }
        if now == replaced:
            return changes
        replaced = now


def _change(
    name: str, before: Seen, after: Seen, fixed: Fixed, replaced: frozenset[str]
) -> ResourceChange | None:
    match before.resources.get(name), after.resources.get(name):
        case None, Resource() as new:
            return ResourceChange(
                logical_id=name,
                resource_type=new.type,
                action=Action.CREATE,
                properties=tuple(compare_values("", {}, new.properties)),
            )
        case Resource() as old, None:
            retained = old.attributes.get("DeletionPolicy") in KEEPING
            return ResourceChange(
                logical_id=name,
                resource_type=old.type,
                action=Action.DELETE,
                retained=retained,
            )
        case Resource() as old, Resource() as new:
            return _change_between(name, old, new, fixed, replaced)
        case _:
            return None


def _change_between(
    name: str, old: Resource, new: Resource, fixed: Fixed, replaced: frozenset[str]
) -> ResourceChange | None:
    renewed = renew(new.properties, replaced - {name})
    properties = (
        *compare_values("", old.properties, renewed),
        *compare_values("", old.attributes, new.attributes),
    )
    if old.type != new.type:
        reason = f"was {old.type}; CloudFormation refuses a new type under an old name: rename it"
        return _replacement(name, old, new, properties, reason)
    if not properties:
        return None
    own = [path for path in fixed(new.type) if _differ(path, old.properties, new.properties)]
    inherited = [path for path in fixed(new.type) if _differ(path, old.properties, renewed)]
    follows = ", ".join(sorted(_referred(new.properties) & replaced - {name}))
    if own:
        what = ", ".join(path.replace("/", ".") for path in own if path)
        reason = f"{what} cannot be changed in place" if what else "it decides this itself"
        return _replacement(name, old, new, properties, reason)
    if inherited:
        return _replacement(name, old, new, properties, f"follows {follows}")
    return ResourceChange(
        logical_id=name,
        resource_type=new.type,
        action=Action.UPDATE,
        properties=properties,
        because=f"follows {follows}" if follows else "",
    )


def _replacement(
    name: str, old: Resource, new: Resource, properties: tuple[ValueChange, ...], because: str
) -> ResourceChange:
    policies = [side.attributes.get("UpdateReplacePolicy") for side in (old, new)]
    return ResourceChange(
        logical_id=name,
        resource_type=new.type,
        action=Action.REPLACE,
        properties=properties,
        because=because,
        retained=all(policy in KEEPING for policy in policies),
    )


def _differ(path: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    parts = path.split("/") if path else []
    return _at(before, parts) != _at(after, parts)


def _at(value: Any, parts: list[str]) -> list[Any]:
    """Collect what lies at a property path; `*` is any item of a list or object."""
    match value:
        case _ if not parts:
            return [value]
        case list():
            rest = parts[1:] if parts[0] == "*" else parts
            return [found for item in value for found in _at(item, rest)]
        case dict() if parts[0] == "*":
            return [found for item in value.values() for found in _at(item, parts[1:])]
        case dict() if parts[0] in value:
            return _at(value[parts[0]], parts[1:])
        case dict() if not is_intrinsic(value):
            return []
        case _:
            return [value]


def renew(value: Any, replaced: frozenset[str]) -> Any:
    """Mark each reference to a replaced resource: it gives another value after the deployment."""
    match value:
        case {"Ref": str(name)} if len(value) == 1:
            return {"Ref": name + _NEW} if name in replaced else value
        case {"Fn::GetAtt": [str(name), str(attribute)]} if len(value) == 1:
            return {"Fn::GetAtt": [name, attribute + _NEW]} if name in replaced else value
        case {"Fn::Sub": argument} if len(value) == 1:
            return {"Fn::Sub": _renew_sub(argument, replaced)}
        case dict():
            return {key: renew(item, replaced) for key, item in value.items()}
        case list():
            return [renew(item, replaced) for item in value]
        case _:
            return value


def _renew_sub(argument: Any, replaced: frozenset[str]) -> Any:
    match argument:
        case str():
            return _REFERENCE.sub(
                lambda found: f"${{{found[1]}{_NEW}}}" if found[2] in replaced else found[0],
                argument,
            )
        case [text, *rest]:
            return [_renew_sub(text, replaced), *renew(rest, replaced)]
        case _:
            return argument


def _referred(value: Any) -> frozenset[str]:
    """Collect the names of all resources that a value refers to."""
    match value:
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), *_]}:
            return frozenset({name})
        case {"Fn::Sub": str(text)} | {"Fn::Sub": [str(text), *_]}:
            named = frozenset(found[2] for found in _REFERENCE.finditer(text))
            return named.union(*map(_referred, value.values()))
        case dict() | list():
            items = value.values() if isinstance(value, dict) else value
            return frozenset().union(*map(_referred, items))
        case _:
            return frozenset()
