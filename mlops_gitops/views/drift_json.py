"""Drift as JSON, for programs."""

import json
from typing import Any

from mlops_gitops.status.drift import DriftReport
from mlops_gitops.views.values_json import values_json


def drift_json(report: DriftReport) -> str:
    """Write a report as an object; each drift with its id."""
    told: dict[str, Any] = json.loads(
        values_json(
            drifts=report.drifts, not_compared=report.not_compared, compared=report.compared
        )
    )
    for written, drift in zip(told["drifts"], report.drifts, strict=True):
        written["id"] = drift.id
    return json.dumps(told, indent=2)
