"""Access: whether a change lets somebody do something they could not do before.

A statement is taken apart into grants of one action on one resource to one principal. A grant
is new unless an earlier one covers it; what cannot be compared counts as new.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mlops_gitops.diff.plan import AccessChange
from mlops_gitops.diff.template import Resource, Seen
from mlops_gitops.diff.values import show

_READING = re.compile(r"(s3|sagemaker|ecr):(Get|Describe|List|Head|BatchGet|BatchCheck)\w*")
_SHOWN = 3


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """One action on one resource to one principal, under conditions (JSON; empty for none).

    `principal` is empty in the policy of a role or user, which is its own principal.
    `action` and `resource` may hold wildcards.
    """

    principal: str
    action: str
    resource: str
    conditions: str

    def __str__(self) -> str:
        who = f"{self.principal} may " if self.principal else ""
        what = f" on {self.resource}" if self.resource else ""
        return f"{who}{self.action}{what}" + (" under conditions" if self.conditions else "")


def widened_access(before: Resource | None, after: Resource | None) -> Iterator[str]:
    """Say in words what a resource's change newly allows; nothing where it allows no more."""
    old = {} if before is None else before.properties
    if after is None:
        return
    yield from _in_policies(old, after.properties)
    yield from _in_lists(old, after.properties)
    yield from _in_settings(after.type, old, after.properties)
    if after.type in _GRANTING_TYPES and old != after.properties:
        who = after.properties.get("Principal", after.properties.get("CidrIp", ""))
        what = after.properties.get("Action", "")
        yield f"lets in: {show(who)} {show(what)}".rstrip()


def access_changes(before: Seen, after: Seen) -> tuple[AccessChange, ...]:
    """List the permissions that come and go with a change, resource by resource.

    One object read in place of another of the same bucket is left out, as for every new model.
    """
    names = sorted(before.resources.keys() | after.resources.keys())
    return tuple(
        row
        for name in names
        for row in _rows(name, before.resources.get(name), after.resources.get(name))
    )


def _rows(name: str, before: Resource | None, after: Resource | None) -> Iterator[AccessChange]:
    sides = [{} if side is None else side.properties for side in (before, after)]
    old, new = (list(_statements(side)) for side in sides)
    owner = _owner(name, sides[1] or sides[0])
    for effect in ("Allow", "Deny"):
        earlier, later = _grants(old, effect), _grants(new, effect)
        gone, come = earlier - later, later - earlier
        for grant in sorted(gone | come):
            is_new = grant in come
            if _takes_place(grant, sorted(gone if is_new else come)):
                continue
            # A permission widens access where it comes, a prohibition where it goes.
            others = earlier if is_new else later
            widens = is_new is (effect == "Allow") and not any(covers(o, grant) for o in others)
            yield _row(name, owner, effect, grant, is_new=is_new, widens=widens)
    yield from _managed_policies(name, owner, *sides)


def _row(
    name: str, owner: str, effect: str, grant: Grant, *, is_new: bool, widens: bool
) -> AccessChange:
    return AccessChange(
        where=name,
        effect=effect,
        principal=grant.principal or owner,
        action=grant.action,
        resource=grant.resource or name,
        condition=grant.conditions,
        is_new=is_new,
        widens=widens,
    )


def _managed_policies(
    name: str, owner: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[AccessChange]:
    """A managed policy grants what its ARN stands for."""
    old, new = (set(_items(side.get("ManagedPolicyArns", []))) for side in (before, after))
    for arn in sorted(old ^ new):
        grant = Grant("", "managed policy", arn, "")
        yield _row(name, owner, "Allow", grant, is_new=arn in new, widens=arn in new)


def _owner(name: str, properties: Mapping[str, Any]) -> str:
    """Name whose policies these are: a role's own, or of those that a policy is attached to."""
    lists = (_items(properties.get(kind, [])) for kind in ("Roles", "Users", "Groups"))
    return ", ".join(item for items in lists for item in items) or name


_GRANTING_TYPES = frozenset(
    {
        "AWS::EC2::SecurityGroupIngress",
        "AWS::IAM::UserToGroupAddition",
        "AWS::KMS::Grant",
        "AWS::Lambda::LayerVersionPermission",
        "AWS::Lambda::Permission",
    }
)
"""Resources that are themselves a grant."""

_LISTS = re.compile(
    r"(^|\.)(ManagedPolicyArns|Roles|Users|Groups|SecurityGroupIngress|CidrIp|SourceIp)$"
)
"""Lists in which each further item is a further permission."""


def _in_policies(before: Any, after: Any) -> Iterator[str]:
    old, new = list(_statements(before)), list(_statements(after))
    granted, earlier = _grants(new, "Allow"), _grants(old, "Allow")
    gone = sorted(earlier - granted)
    more = [
        grant
        for grant in sorted(granted - earlier)
        if not any(covers(one, grant) for one in earlier) and not _takes_place(grant, gone)
    ]
    if more:
        yield f"newly allowed: {_list(more)}"
    refused, still = _grants(old, "Deny"), _grants(new, "Deny")
    open_now = [deny for deny in sorted(refused) if not any(covers(one, deny) for one in still)]
    if open_now:
        yield f"no longer denied: {_list(open_now)}"


def _list(grants: list[Grant]) -> str:
    shown = "; ".join(map(str, grants[:_SHOWN]))
    return shown + (f"; and {len(grants) - _SHOWN} more" if len(grants) > _SHOWN else "")


def _statements(value: Any) -> Iterator[Mapping[str, Any]]:
    """Find the statements of all policy documents inside a value."""
    match value:
        case {"Statement": statements}:
            for statement in statements if isinstance(statements, list) else [statements]:
                yield (
                    statement
                    if "Effect" in statement
                    else {"Effect": "Allow", "Unclear": statement}
                )
        case dict():
            for item in value.values():
                yield from _statements(item)
        case list():
            for item in value:
                yield from _statements(item)
        case _:
            return


def _grants(statements: list[Mapping[str, Any]], effect: str) -> set[Grant]:
    return {
        grant
        for statement in statements
        if statement["Effect"] == effect
        for grant in _taken_apart(statement)
    }


def _taken_apart(statement: Mapping[str, Any]) -> Iterator[Grant]:
    plain = {"Sid", "Effect", "Principal", "Action", "Resource", "Condition"}
    if not statement.keys() <= plain:
        # NotAction and its kin, or a function that only AWS can work out: all or nothing.
        meaning = {key: statement[key] for key in statement if key not in ("Sid", "Effect")}
        yield Grant("", show(meaning), "", "")
        return
    conditions = show(statement["Condition"]) if "Condition" in statement else ""
    for principal in _principals(statement.get("Principal")):
        for action in _items(statement.get("Action")):
            for resource in _items(statement.get("Resource")):
                yield Grant(principal, action, resource, conditions)


def _principals(value: Any) -> list[str]:
    match value:
        case dict():
            pairs = [(kind, item) for kind in sorted(value) for item in _items(value[kind])]
            return ["*" if item == "*" else f"{kind} {item}" for kind, item in pairs]
        case _:
            return _items(value)


def _items(value: Any) -> list[str]:
    if value is None:
        return [""]
    return [show(item) for item in value] if isinstance(value, list) else [show(value)]


def covers(one: Grant, other: Grant) -> bool:
    """Whether whatever `other` grants is granted by `one` already."""
    return (
        one.principal in (other.principal, "*")
        and _matches(one.action.lower(), other.action.lower())
        and _matches(one.resource, other.resource)
        and one.conditions in (other.conditions, "")
    )


def _matches(pattern: str, text: str) -> bool:
    """Whether a pattern with `*` and `?` covers a text that may be a pattern itself."""
    parts = {"*": ".*", "?": "[^*]"}
    expression = "".join(parts.get(one, re.escape(one)) for one in pattern)
    return re.fullmatch(expression, text, re.DOTALL) is not None


def _takes_place(grant: Grant, gone: list[Grant]) -> bool:
    """Whether reading one object takes the place of reading another of the same bucket or group.

    Every new model is another object; a warning at each would teach people not to read them.
    """
    return _READING.fullmatch(grant.action) is not None and any(
        (grant.principal, grant.action, grant.conditions)
        == (one.principal, one.action, one.conditions)
        and _container(grant.resource) == _container(one.resource) != ""
        for one in gone
    )


def _container(resource: str) -> str:
    """Give the part of an ARN before its first slash; empty where the rest is a pattern."""
    container, slash, rest = resource.partition("/")
    return container if slash and rest and not set("*?") & set(resource) else ""


def _in_lists(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for name in sorted(after):
        if _LISTS.search(name):
            more = [item for item in _items(after[name]) if item not in _items(before.get(name))]
            if more:
                yield f"{name} gains {', '.join(more)}"


def _in_settings(
    resource_type: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[str]:
    """Find settings that guarded access and no longer do."""
    if resource_type == "AWS::ApiGateway::Method":
        old, new = before.get("AuthorizationType"), after.get("AuthorizationType")
        if new in (None, "NONE") and (old != new or not before):
            yield "anybody may call it: AuthorizationType NONE"
    for guard in ("PermissionsBoundary", "PublicAccessBlockConfiguration", "VpcConfig"):
        if guard in before and before[guard] != after.get(guard):
            yield f"{guard} is changed or gone"
    if before.get("EnableNetworkIsolation") == "true" != after.get("EnableNetworkIsolation"):
        yield "EnableNetworkIsolation is gone"
