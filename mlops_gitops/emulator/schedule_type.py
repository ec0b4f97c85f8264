"""CloudFormation's AWS::Scheduler::Schedule. Its `Ref` is the name.

ministack's own type drops the time zone and the dates of a schedule, and never forgets a property
that a template no longer has.
"""

import re
from dataclasses import dataclass
from typing import Any

from mlops_gitops.emulator.providers import (
    Api,
    Properties,
    Resource,
    ResourceCall,
    handler_error,
)
from mlops_gitops.emulator.shapes import to_request
from mlops_gitops.emulator.wire import CallError, Scope

_SERVICE = "Scheduler"
_EXPRESSION = re.compile(
    r"rate\((1 (minute|hour|day)|[1-9]\d* (minute|hour|day)s?)\)"
    r"|at\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\)"
    r"|cron\(([^\s()]+ ){5}[^\s()]+\)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleType:
    """One schedule of EventBridge Scheduler; all but its name changes in place. It has no tags."""

    api: Api
    type_name: str = "AWS::Scheduler::Schedule"
    name_property: str = "Name"
    name_length: int = 64
    create_only: frozenset[str] = frozenset({"Name"})
    takes_tags: bool = False

    def create(self, call: ResourceCall, properties: Properties) -> Resource:
        """CreateSchedule; a taken name is refused by the service."""
        name = str(properties.get("Name") or call.generated_name)
        return self._put(call.scope, "CreateSchedule", name, properties)

    def update(
        self, call: ResourceCall, physical_id: str, _old: Properties, new: Properties
    ) -> Resource:
        """UpdateSchedule, which resets what it is not given."""
        return self._put(call.scope, "UpdateSchedule", physical_id, new)

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """DeleteSchedule, if it is still there."""
        wanted = {"Name": physical_id, "GroupName": properties.get("GroupName", "default")}
        try:
            self.api(scope, "DeleteSchedule", wanted)
        except CallError as error:
            if error.code != "ResourceNotFoundException":
                raise handler_error(error, _SERVICE) from error

    def _put(self, scope: Scope, operation: str, name: str, properties: Properties) -> Resource:
        request: dict[str, Any] = to_request("scheduler", operation, {**properties, "Name": name})
        expression = request.get("ScheduleExpression", "")
        if not _EXPRESSION.fullmatch(expression):
            refusal = f"Invalid Schedule Expression {expression}."
            raise handler_error(CallError("ValidationException", refusal), _SERVICE)
        try:
            arn = self.api(scope, operation, request)["ScheduleArn"]
        except CallError as error:
            raise handler_error(error, _SERVICE) from error
        return name, {"Arn": arn}
