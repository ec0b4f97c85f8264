"""Drift in the user's words: what differs, each in a line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mlops_gitops.diff.semantic import words_for
from mlops_gitops.status.drift import Drift, DriftKind, PropertyDrift
from mlops_gitops.status.drifting.stack import DIGEST_PATH

_LONGEST = 160
_NOT_THERE = "not there"
_SAID = {
    "Definition": "definition",
    "DefinitionString": "definition",
    "DestinationS3Uri": "data capture",
    "EnableCapture": "data capture switched on",
    "EndpointConfigName": "endpoint configuration",
    "ExecutionRoleArn": "role",
    "Image": "image",
    "ImageUri": "image",
    "InitialInstanceCount": "instances",
    "InitialSamplingPercentage": "captured requests (%)",
    "InitialVariantWeight": "weight",
    "InstanceType": "instance",
    "ModelDataUrl": "model artifact",
    "ModelName": "model",
    "ModelPackageName": "model package",
    "MonitoringJobDefinitionName": "job definition",
    "ScheduleExpression": "schedule",
}
"""Last part of a property's path -> what it is called."""
_GATE = re.compile(r"^Stages\[([^]]+)\]\.Actions\[Approve\](\.\w+)*$")
_ITEM = re.compile(r"^(Parameters|Tags)\.(.+)$")
_SERVED = re.compile(r"^(?:Shadow)?ProductionVariants\[([^]]+)\]")
_ONE_VARIANT = "AllTraffic"


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftLine:
    """One value that drifted, as it is told.

    Attributes:
        what: in the user's words.
        was: last deployed.
        now: what is there.
        git: what git says, where that is neither; else empty.
    """

    what: str
    was: str
    now: str
    git: str

    def __str__(self) -> str:
        """Write it on one line."""
        said = f" (git says {self.git})" if self.git else ""
        return f"{self.what}: {self.was} -> {self.now}{said}"


def drift_lines(drift: Drift) -> Iterator[DriftLine]:
    """Tell what differs, a line a value."""
    for each in drift.properties:
        yield DriftLine(
            what=_what(drift, each),
            was=_said(each.deployed),
            now=_said(each.live),
            git=_said(each.desired) if each.desired not in (each.deployed, each.live) else "",
        )


def _what(drift: Drift, each: PropertyDrift) -> str:
    match drift.kind:
        case DriftKind.STACK_MISSING:
            return "stack"
        case DriftKind.ORPHAN:
            return "config"
        case DriftKind.RESOURCE_MISSING:
            return drift.resource_type.rsplit("::", 1)[-1]
        case DriftKind.STACK_CHANGED | DriftKind.RESOURCE_CHANGED | DriftKind.PIPELINE_CHANGED:
            return _property(each.path)


def _property(path: str) -> str:
    if path == DIGEST_PATH:
        return "digest"
    if found := _GATE.match(path):
        return f"gate of {found[1]}" + (f", {path[found.start(2) + 1 :]}" if found[2] else "")
    if found := _ITEM.match(path):
        return words_for(found[2]) if found[1] == "Parameters" else f"tag {found[2]}"
    said = _SAID.get(path.rsplit(".", 1)[-1])
    if said is None or path.startswith(("Resources.", "Stages")):
        return path
    variant = _SERVED.match(path)
    return f"{said} of {variant[1]}" if variant and variant[1] != _ONE_VARIANT else said


def _said(value: str | None) -> str:
    if value is None:
        return _NOT_THERE
    return value if len(value) <= _LONGEST else f"{value[:_LONGEST]}..."
