"""A plan as JSON: for other programs, and to be saved and applied as it was shown."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from mlops_gitops.config.declared import Workload
from mlops_gitops.config.moved import Moved
from mlops_gitops.desired.stack import StackId
from mlops_gitops.diff.deployed import StackStatus
from mlops_gitops.diff.noise import count_noise
from mlops_gitops.diff.plan import (
    AccessChange,
    Action,
    Method,
    Orphan,
    Plan,
    Refusal,
    ResourceChange,
    Risk,
    RiskKind,
    StackChange,
    ValueChange,
    Verdict,
)
from mlops_gitops.errors import UsageError
from mlops_gitops.views.values_json import SCHEMA_VERSION, values_json


def plan_json(plan: Plan) -> str:
    """Write a plan as one JSON object; `plan_from_json` reads it back unchanged."""
    return values_json(
        commit=plan.commit,
        since=plan.since,
        is_empty=plan.is_empty,
        stages=plan.stages,
        digests=plan.digests,
        changes=[change_value(change) for change in plan.changes],
        orphans=plan.orphans,
        open=plan.open,
        refused=plan.refused,
        held=plan.held,
        moved=plan.moved,
    )


def plan_from_json(text: str | bytes) -> Plan:
    """Read a saved plan.

    Raises:
        UsageError: it is no plan, or one of another version of this program.
    """
    try:
        saved = json.loads(text)
        version = saved["schema_version"]
        if version == SCHEMA_VERSION:
            return _read_plan(saved)
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        hint = "Save one with `mlops-gitops plan --out FILE`."
        raise UsageError("This file is not a saved plan.", hint=hint) from error
    raise UsageError(
        f"This plan has schema version {version!r}; this program reads {SCHEMA_VERSION}.",
        hint="Make a new one with `mlops-gitops plan --out FILE`.",
    )


def change_value(change: StackChange) -> dict[str, Any]:
    """Give what happens to a stack, as JSON has it."""
    return {
        "id": change.id,
        "workload": change.workload,
        "stage": change.stage,
        "action": _word(change.action),
        "verdict": change.verdict,
        "status": change.status,
        "method": change.method,
        "desired_digest": change.desired_digest,
        "deployed_digest": change.deployed_digest,
        "summary": change.summary,
        "parameters": change.parameters,
        "resources": [_resource(resource) for resource in change.resources],
        "elsewhere": change.elsewhere,
        "risks": change.risks,
        "access": change.access,
        "hidden": count_noise(change),
        "unprovable": change.unprovable,
        "next_step": change.next_step,
    }


def _resource(change: ResourceChange) -> dict[str, Any]:
    return {
        "logical_id": change.logical_id,
        "resource_type": change.resource_type,
        "action": _word(change.action),
        "properties": change.properties,
        "because": change.because,
        "certain": change.certain,
        "retained": change.retained,
    }


def _word(action: Action) -> str:
    """Say an action as a word; its sign is for people."""
    return action.name.lower()


def _read_plan(saved: Mapping[str, Any]) -> Plan:
    return Plan(
        commit=_text(saved["commit"]),
        since=_text(saved["since"]),
        stages=tuple(map(_text, saved["stages"])),
        changes=tuple(map(_read_change, saved["changes"])),
        digests={name: _text(digest) for name, digest in saved["digests"].items()},
        orphans=tuple(map(_read_orphan, saved["orphans"])),
        open=tuple(map(_text, saved["open"])),
        # Plans that were saved before there was such a thing have none.
        refused=tuple(map(_read_refusal, saved.get("refused", ()))),
        held=tuple(map(_read_refusal, saved.get("held", ()))),
        moved=tuple(map(_read_moved, saved.get("moved", ()))),
    )


def _read_refusal(saved: Mapping[str, Any]) -> Refusal:
    return Refusal(**{each.name: _text(saved[each.name]) for each in fields(Refusal)})


def _read_moved(saved: Mapping[str, Any]) -> Moved:
    return Moved(**{each.name: _text(saved[each.name]) for each in fields(Moved)})


def _read_orphan(saved: Mapping[str, Any]) -> Orphan:
    workload, stage = _text(saved["workload"]), _text(saved["stage"])
    return Orphan(id=_read_id(saved["id"]), workload=workload, stage=stage)


def _read_id(saved: Mapping[str, Any]) -> StackId:
    return StackId(*(_text(saved[key]) for key in ("account", "region", "name")))


def _read_change(saved: Mapping[str, Any]) -> StackChange:
    workload = saved["workload"]
    return StackChange(
        id=_read_id(saved["id"]),
        workload=Workload(_text(workload["model_name"]), _text(workload["pipeline_type"])),
        stage=_text(saved["stage"]),
        action=_action(saved["action"]),
        verdict=Verdict(saved["verdict"]),
        status=StackStatus(saved["status"]),
        method=Method(saved["method"]),
        desired_digest=_text(saved["desired_digest"]),
        deployed_digest=_text_or_none(saved["deployed_digest"]),
        summary=_read_values(saved["summary"]),
        parameters=_read_values(saved["parameters"]),
        resources=tuple(map(_read_resource, saved["resources"])),
        elsewhere=_read_values(saved["elsewhere"]),
        risks=tuple(map(_read_risk, saved["risks"])),
        access=tuple(map(_read_access, saved["access"])),
        unprovable=_text(saved["unprovable"]),
        next_step=_text(saved["next_step"]),
    )


def _read_resource(saved: Mapping[str, Any]) -> ResourceChange:
    return ResourceChange(
        logical_id=_text(saved["logical_id"]),
        resource_type=_text(saved["resource_type"]),
        action=_action(saved["action"]),
        properties=_read_values(saved["properties"]),
        because=_text(saved["because"]),
        certain=_truth(saved["certain"]),
        retained=_truth(saved["retained"]),
    )


def _read_risk(saved: Mapping[str, Any]) -> Risk:
    kind = RiskKind(saved["kind"])
    return Risk(kind=kind, where=_text(saved["where"]), why=_text(saved["why"]))


def _read_access(saved: Mapping[str, Any]) -> AccessChange:
    texts = ("where", "effect", "principal", "action", "resource", "condition")
    return AccessChange(
        **{name: _text(saved[name]) for name in texts},
        is_new=_truth(saved["is_new"]),
        widens=_truth(saved["widens"]),
    )


def _read_values(saved: Sequence[Mapping[str, Any]]) -> tuple[ValueChange, ...]:
    return tuple(
        ValueChange(_text(one["name"]), _text_or_none(one["before"]), _text_or_none(one["after"]))
        for one in saved
    )


def _action(word: str) -> Action:
    return Action[word.upper()]


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text.")
    return value


def _text_or_none(value: Any) -> str | None:
    return None if value is None else _text(value)


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{value!r} is neither true nor false.")
    return value
