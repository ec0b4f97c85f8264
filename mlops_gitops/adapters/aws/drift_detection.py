"""CloudFormation's drift detection, by the plan role: it reads resources as whoever begins it."""

import json
from collections.abc import Mapping
from typing import Any

from mlops_gitops.adapters.aws.session import PLAN_ROLE, Accounts, call
from mlops_gitops.desired.stack import StackId
from mlops_gitops.ports.live import Checked, Detection, ResourceCheck

_UNDER_WAY = "DETECTION_IN_PROGRESS"
_PAGE = 100


class CloudFormationDrift:
    """Drift detection in every account."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def start(self, id_: StackId) -> str:
        """Have a stack looked at; give the id of what was begun."""
        where = f"While having {id_} looked at"
        answer = call(where, self._client(id_).detect_stack_drift, StackName=id_.name)
        detection: str = answer["StackDriftDetectionId"]
        return detection

    def progress(self, id_: StackId, detection: str) -> Detection:
        """Say how far it is."""
        answer = call(
            f"While waiting for CloudFormation to look at {id_}",
            self._client(id_).describe_stack_drift_detection_status,
            StackDriftDetectionId=detection,
        )
        return Detection(
            is_over=answer["DetectionStatus"] != _UNDER_WAY,
            reason=answer.get("DetectionStatusReason", ""),
        )

    def checks(self, id_: StackId) -> tuple[ResourceCheck, ...]:
        """List what was found, page by page."""
        where = f"While reading what CloudFormation saw of {id_}"
        ask = self._client(id_).describe_stack_resource_drifts
        found: list[ResourceCheck] = []
        more: dict[str, str] = {}
        while True:  # botocore has no paginator of it
            page = call(where, ask, StackName=id_.name, MaxResults=_PAGE, **more)
            found += [_check(each) for each in page["StackResourceDrifts"]]
            if not page.get("NextToken"):
                return tuple(found)
            more = {"NextToken": page["NextToken"]}

    def _client(self, id_: StackId) -> Any:
        return self._accounts.client(id_.account, PLAN_ROLE, "cloudformation")


def _check(raw: Mapping[str, Any]) -> ResourceCheck:
    return ResourceCheck(
        logical_id=raw["LogicalResourceId"],
        status=Checked(raw["StackResourceDriftStatus"]),
        reason=raw.get("DriftStatusReason", ""),
        expected=json.loads(raw.get("ExpectedProperties") or "{}"),
        actual=json.loads(raw.get("ActualProperties") or "{}"),
    )
