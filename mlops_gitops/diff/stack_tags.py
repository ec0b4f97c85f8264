"""What tags of a stack do to its resources: CloudFormation puts them on each that takes any.

Source: "Resource tag" in the CloudFormation template reference, and `createOnlyProperties` of the
registry schemas: what has its tags from its creation is replaced when they change.
"""

from collections.abc import Iterator

from mlops_gitops.diff.facts import Facts
from mlops_gitops.diff.plan import Action, ResourceChange, ValueChange
from mlops_gitops.diff.template import KEEPING, Seen

_TAGS = "Tags"


def replaced_by_tags(
    before: Seen, after: Seen, tags: tuple[ValueChange, ...], facts: Facts
) -> Iterator[ResourceChange]:
    """Name what is replaced because the stack's tags change; nothing where they do not."""
    for name, resource in after.resources.items() if tags else ():
        fixed = facts[resource.type].always if resource.type in facts else ()
        if name in before.resources and any(each.split("/")[0] == _TAGS for each in fixed):
            yield ResourceChange(
                logical_id=name,
                resource_type=resource.type,
                action=Action.REPLACE,
                because="its tags cannot be changed in place",
                retained=resource.attributes.get("UpdateReplacePolicy") in KEEPING,
            )
