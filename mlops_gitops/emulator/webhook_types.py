"""CloudFormation's AWS::Events::Connection and ApiDestination. Their `Ref` is the name.

ministack serves both, and sends what rules hand to them; its CloudFormation lacks the types.
"""

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

_SERVICE = "Events"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookType:
    """A connection or a destination; all but its name changes in place. It has no tags."""

    api: Api
    kind: str
    name_property: str = "Name"
    name_length: int = 64
    create_only: frozenset[str] = frozenset({"Name"})
    takes_tags: bool = False

    @property
    def type_name(self) -> str:
        """`AWS::Events::Connection`."""
        return f"AWS::Events::{self.kind}"

    def create(self, call: ResourceCall, properties: Properties) -> Resource:
        """Make it; a taken name is refused by the service."""
        name = str(properties.get("Name") or call.generated_name)
        return self._put(call.scope, "Create", name, properties)

    def update(
        self, call: ResourceCall, physical_id: str, _old: Properties, new: Properties
    ) -> Resource:
        """Give it its new properties."""
        return self._put(call.scope, "Update", physical_id, new)

    def delete(self, scope: Scope, physical_id: str, _properties: Properties) -> None:
        """Remove it, if it is still there."""
        try:
            self.api(scope, f"Delete{self.kind}", {"Name": physical_id})
        except CallError as error:
            if error.code != "ResourceNotFoundException":
                raise handler_error(error, _SERVICE) from error

    def _put(self, scope: Scope, verb: str, name: str, properties: Properties) -> Resource:
        operation = f"{verb}{self.kind}"
        request: dict[str, Any] = to_request("events", operation, {**properties, "Name": name})
        try:
            arn = self.api(scope, operation, request)[f"{self.kind}Arn"]
        except CallError as error:
            raise handler_error(error, _SERVICE) from error
        return name, {"Arn": arn}
