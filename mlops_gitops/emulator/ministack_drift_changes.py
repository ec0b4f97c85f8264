# ruff: noqa: SLF001 -- private hooks are what this file is for
"""Drift-aware change sets, which ministack makes as if nobody had asked for the drift.

Import it only after `prepare_environment`. Source: "Using drift-aware change sets", CloudFormation
user guide, and `DeploymentMode`, `StackDriftStatus`, `ResourceDriftStatus` and `BeforeValueFrom` in
the CloudFormation API reference. What is deployed over such a change set starts from what is there,
and goes back to that if it fails.

Private hooks in use, held by `tests/emulator/test_ministack_hooks.py`:
`cloudformation.handlers._ACTION_HANDLERS`, `cloudformation._stacks`, `cloudformation._change_sets`,
`cloudformation.changesets._find_change_set`, `cloudformation.drift.detect_resource_drift`,
`cloudformation.drift.supports_drift`, `cloudformation.stacks._property_recreation`,
`cloudformation.engine._resolve_refs`, `cloudformation.engine._evaluate_conditions`.
"""

import copy
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

from ministack.services import cloudformation as cfn
from ministack.services.cloudformation import changesets, drift, engine, handlers, helpers, stacks

REVERT_DRIFT = "REVERT_DRIFT"
_MODES = f"[{REVERT_DRIFT}]"
_DRIFTED = frozenset({"MODIFIED", "DELETED"})
_RECREATION = {"Always": "True", "Conditionally": "Conditional"}

_Raw = tuple[int, dict[str, str], bytes]
_Json = dict[str, Any]


def look_at_drift() -> None:
    """Let change sets put back what was changed outside of CloudFormation, if they are asked to."""
    actions = handlers._ACTION_HANDLERS
    create, describe = actions["CreateChangeSet"], actions["DescribeChangeSet"]
    execute = actions["ExecuteChangeSet"]

    def creating(params: _Json) -> _Raw:
        mode = helpers._p(params, "DeploymentMode")
        if mode not in ("", REVERT_DRIFT):
            said = (
                f"Value '{mode}' at 'deploymentMode' failed to satisfy constraint: {REVERT_DRIFT}"
            )
            refused: _Raw = helpers._error("ValidationError", said)
            return refused
        answer: _Raw = create(params)
        found = re.search(rb"<Id>([^<]+)</Id>", answer[2])
        made = cfn._change_sets.get(found[1].decode()) if found else None
        if mode and made is not None:
            _add_drift(made, cfn._stacks[made["StackName"]])
        return answer

    def describing(params: _Json) -> _Raw:
        answer: _Raw = describe(params)
        made = _asked_for(params)
        if made is None or "DeploymentMode" not in made:
            return answer
        return (answer[0], answer[1], _told(answer[2].decode(), made).encode())

    def executing(params: _Json) -> _Raw:
        made = _asked_for(params)
        if made is not None and made["ExecutionStatus"] == "AVAILABLE":
            _start_from_what_is_there(made)
        answer: _Raw = execute(params)
        return answer

    actions |= {
        "CreateChangeSet": creating,
        "DescribeChangeSet": describing,
        "ExecuteChangeSet": executing,
    }


def _asked_for(params: _Json) -> _Json | None:
    name, stack = helpers._p(params, "ChangeSetName"), helpers._p(params, "StackName")
    found: _Json | None = changesets._find_change_set(name, stack)[1]
    return found


def _add_drift(made: _Json, stack: _Json) -> None:
    """Read what is there, and put into a change set what would be brought back."""
    found = {logical_id: _detected(stack, logical_id) for logical_id in stack["_resources"]}
    drifted = {
        logical_id: told
        for logical_id, told in found.items()
        if told.get("StackResourceDriftStatus") in _DRIFTED
        and logical_id in made["_template"].get("Resources", {})
    }
    changes = {each["ResourceChange"]["LogicalResourceId"]: each for each in made["Changes"]}
    for logical_id, told in drifted.items():
        changes[logical_id] = _merged(changes.get(logical_id), _change(made, stack, told))
    made |= {
        "DeploymentMode": REVERT_DRIFT,
        "StackDriftStatus": "DRIFTED" if drifted else "IN_SYNC",
        "Changes": [changes[name] for name in sorted(changes)],
        "_drift": {name: told["StackResourceDriftStatus"] for name, told in found.items()},
        "_actual": {name: _actual(told) for name, told in drifted.items()},
    }
    if made["Changes"] and made["Status"] == "FAILED":
        available = {"Status": "CREATE_COMPLETE", "ExecutionStatus": "AVAILABLE"}
        made |= {**available, "StatusReason": ""}


def _detected(stack: _Json, logical_id: str) -> _Json:
    record = stack["_resources"][logical_id]
    if not drift.supports_drift(record.get("ResourceType", "")):
        return {"StackResourceDriftStatus": "UNSUPPORTED"}
    now = datetime.now(UTC).isoformat()
    told: _Json = drift.detect_resource_drift(stack, logical_id, record, now)
    return told


def _actual(told: Mapping[str, Any]) -> _Json | None:
    """The properties that are not as they were deployed, as they are; None for what is gone."""
    if told["StackResourceDriftStatus"] == "DELETED":
        return None
    differing = {each["PropertyPath"].split("/")[1] for each in told["PropertyDifferences"]}
    there = json.loads(told["ActualProperties"])
    return {name: value for name, value in there.items() if name in differing}


def _change(made: _Json, stack: _Json, told: Mapping[str, Any]) -> _Json:
    logical_id, kind = told["LogicalResourceId"], told["ResourceType"]
    about = {"LogicalResourceId": logical_id, "ResourceType": kind, "Scope": [], "Details": []}
    wanted = _wanted(made, stack, logical_id)
    actual = _actual(told)
    after = _context(wanted)
    if actual is None:
        return {"ResourceChange": {**about, "Action": "Add", "_after": after}}
    physical = {"PhysicalResourceId": told["PhysicalResourceId"]}
    before = {**stack["_resources"][logical_id]["Properties"], **actual}
    contexts = {"_before": _context(before), "_after": after}
    if contexts["_before"] == contexts["_after"]:
        return {"ResourceChange": {**about, **physical, **contexts, "Action": "SyncWithActual"}}
    details = list(_details(kind, wanted, told))
    kinds = {detail["Target"]["RequiresRecreation"] for detail in details}
    replacement = next((_RECREATION[each] for each in _RECREATION if each in kinds), "False")
    whole = {"Action": "Modify", "Replacement": replacement, "Scope": ["Properties"]}
    return {"ResourceChange": {**about, **physical, **contexts, **whole, "Details": details}}


def _context(properties: _Json) -> str:
    return json.dumps({"Properties": properties}, default=str, sort_keys=True)


def _details(kind: str, wanted: _Json, told: Mapping[str, Any]) -> Iterator[_Json]:
    """Each property that is not as the template wants it; what is so already is none."""
    for difference in told["PropertyDifferences"]:
        path = difference["PropertyPath"]
        if _text(_at(wanted, path)) == difference.get("ActualValue"):
            continue
        name = path.split("/")[1]
        yield {
            "Target": {
                "Attribute": "Properties",
                "Name": name,
                "RequiresRecreation": stacks._property_recreation(kind, name),
            },
            "Evaluation": "Static",
            "ChangeSource": "DirectModification",
        }


def _at(value: Any, path: str) -> Any:
    for part in path.strip("/").split("/"):
        match value:
            case dict():
                value = value.get(part)
            case list():
                value = value[int(part)] if part.isdigit() and int(part) < len(value) else None
            case _:
                return None
    return value


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _wanted(made: _Json, stack: _Json, logical_id: str) -> _Json:
    """A resource's properties in the new template, with what is deployed around it."""
    template, values = made["_template"], made["_resolved_params"]
    raw = copy.deepcopy(template["Resources"][logical_id].get("Properties", {}))
    resolved = engine._resolve_refs(
        raw,
        stack["_resources"],
        values,
        engine._evaluate_conditions(template, values),
        template.get("Mappings", {}),
        made["StackName"],
        made["StackId"],
    )
    kept = {name: each for name, each in resolved.items() if each is not engine._NO_VALUE}
    answer: _Json = json.loads(json.dumps(kept, default=str))
    return answer


def _merged(planned: _Json | None, drifted: _Json) -> _Json:
    """One change of what the template changes and somebody else has changed, too."""
    if planned is None or drifted["ResourceChange"]["Action"] != "Modify":
        return drifted
    ours, theirs = planned["ResourceChange"], drifted["ResourceChange"]
    named = {detail["Target"].get("Name") for detail in ours["Details"]}
    more = [each for each in theirs["Details"] if each["Target"].get("Name") not in named]
    contexts = {key: theirs[key] for key in ("_before", "_after")}
    return {"ResourceChange": {**ours, **contexts, "Details": [*ours["Details"], *more]}}


def _told(text: str, made: Mapping[str, Any]) -> str:
    """Add to an answer what it says of drift."""
    for each in made["Changes"]:
        change = each["ResourceChange"]
        status = made["_drift"].get(change["LogicalResourceId"], "NOT_CHECKED")
        named = f"<LogicalResourceId>{escape(change['LogicalResourceId'])}</LogicalResourceId>"
        more = f"<ResourceDriftStatus>{status}</ResourceDriftStatus>"
        for key, element in (("_before", "BeforeContext"), ("_after", "AfterContext")):
            more += f"<{element}>{escape(change[key])}</{element}>" if key in change else ""
        text = text.replace(named, named + more, 1)
    stack = f"<StackDriftStatus>{made['StackDriftStatus']}</StackDriftStatus>"
    mode = f"<DeploymentMode>{REVERT_DRIFT}</DeploymentMode>"
    return text.replace("<ChangeSetType>", f"{mode}{stack}<ChangeSetType>", 1)


def _start_from_what_is_there(made: Mapping[str, Any]) -> None:
    """Let the deployment compare with what is there, not with what was deployed last."""
    records = cfn._stacks[made["StackName"]]["_resources"]
    for logical_id, actual in made.get("_actual", {}).items():
        if actual is None:
            records.pop(logical_id, None)
        elif logical_id in records:
            record = records[logical_id]
            record["Properties"] = {**record["Properties"], **actual}
