"""What CloudFormation says of one resource in a change set, in our words.

The members are those of `ResourceChange` and `ResourceChangeDetail` in the CloudFormation API
reference; values come only with `IncludePropertyValues`.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from mlops_gitops.diff.plan import Action, ResourceChange, ValueChange
from mlops_gitops.diff.values import canonical, compare_values, value_changes

_ACTIONS = {
    "Add": Action.CREATE,
    "Remove": Action.DELETE,
    "Import": Action.IMPORT,
    "SyncWithActual": Action.SYNC,
}
_UPDATES = {"True": Action.REPLACE, "Conditional": Action.REPLACE}
_SURE = {"True", "False"}
_RETAINED = {"Retain", "Snapshot", "ReplaceAndRetain", "ReplaceAndSnapshot"}
_REFERENCES = {"ResourceReference", "ResourceAttribute"}
_LATER = "{{changeSet:KNOWN_AFTER_APPLY}}"
"""Stands in a context for what is not known before the deployment."""


def resource_change(raw: Mapping[str, Any]) -> ResourceChange:
    """Read one resource's change."""
    action = _action(raw)
    return ResourceChange(
        logical_id=raw["LogicalResourceId"],
        resource_type=raw["ResourceType"],
        action=action,
        properties=tuple(_properties(raw)),
        because="; ".join(_reasons(raw, action)),
        certain=raw.get("Replacement", "False") in _SURE and action is not Action.DYNAMIC,
        retained=raw.get("PolicyAction") in _RETAINED,
    )


def _action(raw: Mapping[str, Any]) -> Action:
    if raw["Action"] == "Modify":
        return _UPDATES.get(raw.get("Replacement", ""), Action.UPDATE)
    # What this program does not know yet is no more certain than what CloudFormation does not.
    return _ACTIONS.get(raw["Action"], Action.DYNAMIC)


def _reasons(raw: Mapping[str, Any], action: Action) -> Iterator[str]:
    details = raw.get("Details", [])
    if action is Action.REPLACE and (fixed := _names(details)):
        yield f"{', '.join(fixed)} cannot be changed in place"
    if action in (Action.REPLACE, Action.UPDATE) and (followed := _followed(details)):
        yield f"follows {', '.join(followed)}"
    if action is Action.DYNAMIC:
        yield "CloudFormation knows only when it deploys"
    if any(detail.get("ChangeSource") == "Automatic" for detail in details):
        yield "its nested template may have changed"
    if raw.get("PolicyAction", "").endswith("Snapshot"):
        yield "a snapshot is taken first"


def _names(details: list[dict[str, Any]]) -> list[str]:
    """Name the properties that replace the resource, in CloudFormation's order, once each."""
    return list(
        dict.fromkeys(
            target.get("Name", target.get("Attribute", ""))
            for detail in details
            if (target := detail.get("Target", {})).get("RequiresRecreation", "Never") != "Never"
            and detail.get("ChangeSource") not in _REFERENCES
        )
    )


def _followed(details: list[dict[str, Any]]) -> list[str]:
    """Name the resources whose change makes this one change."""
    entities = {
        detail["CausingEntity"].partition(".")[0]
        for detail in details
        if detail.get("ChangeSource") in _REFERENCES and detail.get("CausingEntity")
    }
    return sorted(entities)


def _properties(raw: Mapping[str, Any]) -> Iterator[ValueChange]:
    """Tell values before and after: from both contexts where they are whole, else by detail."""
    before, after = _context(raw, "BeforeContext"), _context(raw, "AfterContext")
    if before is None or after is None:
        yield from _detailed(raw)
        return
    yield from compare_values("", before.pop("Properties", {}), after.pop("Properties", {}))
    yield from compare_values("", before, after)


def _context(raw: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    """Read a resource's context; None where there is none, or a long one was cut short."""
    if name not in raw:
        # What comes has nothing before, what goes nothing after.
        there = {"BeforeContext": "Add", "AfterContext": "Remove"}[name]
        return {} if raw["Action"] == there and _has_context(raw) else None
    try:
        context = json.loads(raw[name])
    except ValueError:
        return None
    return _readable(canonical(context)) if isinstance(context, dict) else None


def _has_context(raw: Mapping[str, Any]) -> bool:
    return "BeforeContext" in raw or "AfterContext" in raw


def _readable(value: Any) -> Any:
    match value:
        case str():
            return value.replace(_LATER, "(known after the deployment)")
        case dict():
            return {key: _readable(item) for key, item in value.items()}
        case list():
            return [_readable(item) for item in value]
        case _:
            return value


def _detailed(raw: Mapping[str, Any]) -> Iterator[ValueChange]:
    seen = set()
    for detail in raw.get("Details", []):
        target = detail.get("Target", {})
        name = _place(target)
        if name in seen or not {"BeforeValue", "AfterValue"} & target.keys():
            continue
        seen.add(name)
        before, after = (target.get(key) for key in ("BeforeValue", "AfterValue"))
        if before is None or after is None:
            yield ValueChange(name, before, after)
        else:
            yield from value_changes(name, *(_readable(canonical(v)) for v in (before, after)))


def _place(target: Mapping[str, Any]) -> str:
    """`/Properties/Tags/0/Value` -> `Tags.0.Value`."""
    path: str = target.get("Path", "")
    name: str = target.get("Name", target.get("Attribute", ""))
    return path.strip("/").removeprefix("Properties/").replace("/", ".") or name
