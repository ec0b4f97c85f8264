"""A plan as JSON: for other programs, and to be saved and applied as it was shown."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from mlops_gitops.config.declared import Workload
from mlops_gitops.desired.stack import StackId
from mlops_gitops.diff.deployed import StackStatus
from mlops_gitops.diff.plan import (
    Action,
    Method,
    Orphan,
    Plan,
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
        is_empty=plan.is_empty,
        stages=plan.stages,
        digests=plan.digests,
        changes=[_change(change) for change in plan.changes],
        orphans=plan.orphans,
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


def _change(change: StackChange) -> dict[str, Any]:
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
        commit=saved["commit"],
        stages=tuple(saved["stages"]),
        changes=tuple(_read_change(one) for one in saved["changes"]),
        digests=dict(saved["digests"]),
        orphans=tuple(
            Orphan(id=StackId(**one["id"]), workload=one["workload"], stage=one["stage"])
            for one in saved["orphans"]
        ),
    )


def _read_change(saved: Mapping[str, Any]) -> StackChange:
    read = {
        "id": StackId(**saved["id"]),
        "workload": Workload(**saved["workload"]),
        "action": Action[saved["action"].upper()],
        "verdict": Verdict(saved["verdict"]),
        "status": StackStatus(saved["status"]),
        "method": Method(saved["method"]),
        "summary": _read_values(saved["summary"]),
        "parameters": _read_values(saved["parameters"]),
        "elsewhere": _read_values(saved["elsewhere"]),
        "resources": tuple(_read_resource(one) for one in saved["resources"]),
        "risks": tuple(
            Risk(kind=RiskKind(one["kind"]), where=one["where"], why=one["why"])
            for one in saved["risks"]
        ),
    }
    return StackChange(**{**saved, **read})


def _read_resource(saved: Mapping[str, Any]) -> ResourceChange:
    read = {
        "action": Action[saved["action"].upper()],
        "properties": _read_values(saved["properties"]),
    }
    return ResourceChange(**{**saved, **read})


def _read_values(saved: Sequence[Mapping[str, Any]]) -> tuple[ValueChange, ...]:
    return tuple(ValueChange(**one) for one in saved)
