"""Moving: the templates between which resources change their stack, without being touched.

A stack leaves behind what it loses only if its template said so before: first a template that
says so, then one without. The first also notes what is on its way, so that whoever goes on after a
crash knows. Source: "Move resources between stacks", CloudFormation user guide.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from mlops_gitops.desired.stack import StackId, Template
from mlops_gitops.diff.adoption import Taken
from mlops_gitops.diff.facts import registry_facts
from mlops_gitops.diff.plan import Action
from mlops_gitops.diff.references import referred, swapped
from mlops_gitops.diff.taking import OldStack, literal
from mlops_gitops.diff.template import diff_resources, see
from mlops_gitops.errors import Blocked

NOTE = "MlopsGitopsAdoption"
"""Logical id of a resource that does nothing. A change of policies alone is no update to
CloudFormation, and a stack needs at least one resource; so it is added, and carries the note."""
_KEY = "mlops-gitops-adoption"
_HANDLE = "AWS::CloudFormation::WaitConditionHandle"
_KEPT = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
_SHARED = "AWS::ApiGateway::Account"
"""One per account and region, whoever set it last: without it no other API writes logs."""


def shed(old: OldStack, taken: Sequence[Taken]) -> frozenset[str]:
    """Name what an old stack must lose as well, as no other value can stand in it.

    A property that is fixed at creation refers to what is taken: were the reference a text instead,
    CloudFormation would make the resource anew. It stays where it is, in no stack, such as a
    deployment in its API.
    """
    gone = {each.was for each in taken}
    before = see(old.template, old.parameters, old.id)
    while True:
        after = see(_rewritten(old, old.template, gone), old.parameters, old.id)
        changes = diff_resources(before, after, registry_facts())
        more = {each.logical_id for each in changes if each.action is Action.REPLACE} - gone
        if not more:
            return frozenset(gone - {each.was for each in taken})
        gone |= more


def retaining(
    template: Template, into: StackId, taken: Sequence[Taken], sheds: frozenset[str]
) -> Template:
    """Give the old stack's template, which leaves behind what it will lose, and notes it."""
    names = {each.was for each in taken} | sheds
    resources = {
        name: {**each, **_KEPT} if name in names or each["Type"] == _SHARED else each
        for name, each in template["Resources"].items()
    }
    note = {
        "into": into.name,
        "resources": {
            each.logical_id: {
                "was": each.was,
                "physical_id": each.physical_id,
                "identifier": dict(each.identifier),
                "definition": each.definition,
            }
            for each in taken
        },
    }
    return {
        **template,
        "Resources": {**resources, NOTE: {"Type": _HANDLE, "Metadata": {_KEY: note}}},
    }


def noted(template: Template, into: StackId) -> tuple[Taken, ...] | None:
    """Read what a template notes to be on its way into one of our stacks; None for nothing."""
    metadata = template.get("Resources", {}).get(NOTE, {}).get("Metadata", {})
    note = metadata.get(_KEY)
    if note is None or note["into"] != into.name:
        return None
    return tuple(
        Taken(
            logical_id=name,
            resource_type=each["definition"]["Type"],
            was=each["was"],
            physical_id=each["physical_id"],
            identifier=each["identifier"],
            definition=each["definition"],
        )
        for name, each in sorted(note["resources"].items())
    )


def released(old: OldStack, template: Template, gone: Collection[str]) -> Template:
    """Give the old stack's template without what it loses; who referred to it names it instead.

    Raises:
        Blocked: something refers to it in a way that cannot be put in words.
    """
    made = _rewritten(old, template, gone)
    sections = {key: made[key] for key in ("Resources", "Outputs") if key in made}
    dangling = {name for name, _ in referred(sections)} & set(gone)
    if dangling:
        raise Blocked(
            f"Stack {old.id} refers to {', '.join(sorted(dangling))} in a way that would break.",
            hint="Write the value itself into that stack's template, then repeat the command.",
        )
    return made


def _rewritten(old: OldStack, template: Template, gone: Collection[str]) -> Template:
    there = see(old.template, old.parameters, old.id)

    def swap(name: str, attribute: str) -> str | None:
        if name not in gone or name not in there.resources:
            return None
        return literal(there.resources[name], attribute, old.physical[name], old)

    kept = {name: each for name, each in template["Resources"].items() if name not in gone}
    resources = {name: _without(swapped(each, swap), gone) for name, each in kept.items()}
    outputs = {"Outputs": swapped(template["Outputs"], swap)} if "Outputs" in template else {}
    return {**template, "Resources": resources, **outputs}


def _without(resource: Mapping[str, Any], gone: Collection[str]) -> dict[str, Any]:
    """Drop the order of creation after what is gone."""
    after = resource.get("DependsOn", [])
    left = [each for each in ([after] if isinstance(after, str) else after) if each not in gone]
    others = {key: value for key, value in resource.items() if key != "DependsOn"}
    return {**others, "DependsOn": left} if left else others


def importing(template: Template | None, taken: Sequence[Taken]) -> Template:
    """Give the template of our stack with what is taken; nothing else in it changes."""
    base: Mapping[str, Any] = template or {"AWSTemplateFormatVersion": "2010-09-09"}
    own = base.get("Resources", {})
    return {
        **base,
        "Resources": {**own, **{each.logical_id: each.definition for each in taken}},
    }
