"""CloudFormation's AWS::SageMaker::ModelCard. Its `Ref` is the name.

Templates write the card's content in PascalCase, the API takes model card JSON, in snake_case and
as text ("Model card JSON schema", SageMaker developer guide).
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mlops_gitops.emulator.providers import (
    Api,
    Properties,
    ProvisioningError,
    Resource,
    ResourceCall,
    handler_error,
)
from mlops_gitops.emulator.sagemaker_types import delete_if_there, is_missing, iso_time, retag
from mlops_gitops.emulator.shapes import to_request
from mlops_gitops.emulator.wire import CallError, Scope

_OWN_KEYS = frozenset({"CustomDetails", "Metadata", "custom_details", "metadata"})
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCardType:
    """One model card; its content and its status change in place, a version each."""

    api: Api
    type_name: str = "AWS::SageMaker::ModelCard"
    name_property: str = "ModelCardName"
    name_length: int = 63
    takes_tags: bool = True
    identifier: str = "ModelCardName"
    create_only: frozenset[str] = frozenset({"ModelCardName", "SecurityConfig"})
    comparable: frozenset[str] = frozenset(
        {"Content", "ModelCardName", "ModelCardStatus", "SecurityConfig", "Tags"}
    )

    def create(self, call: ResourceCall, properties: Properties) -> Resource:
        """CreateModelCard; a taken name is refused by SageMaker."""
        name = str(properties.get("ModelCardName") or call.generated_name)
        content = content_text(properties.get("Content"))
        wanted = {**properties, "ModelCardName": name, "Content": content}
        request = to_request("sagemaker", "CreateModelCard", wanted)
        try:
            self.api(call.scope, "CreateModelCard", request)
            return name, self._attributes(call.scope, name)
        except CallError as error:
            raise handler_error(error, "SageMaker") from error

    def update(
        self, call: ResourceCall, physical_id: str, old: Properties, new: Properties
    ) -> Resource:
        """UpdateModelCard, which takes content or status, never both; then tags."""
        content = content_text(new.get("Content"))
        wanted = {"Content": content, "ModelCardStatus": new["ModelCardStatus"]}
        present = {
            "Content": content_text(old.get("Content")),
            "ModelCardStatus": old["ModelCardStatus"],
        }
        try:
            for key in [key for key in wanted if wanted[key] != present[key]]:
                request = {"ModelCardName": physical_id, key: wanted[key]}
                self.api(call.scope, "UpdateModelCard", request)
            attributes = self._attributes(call.scope, physical_id)
            retag(self.api, call.scope, attributes["ModelCardArn"], old, new)
        except CallError as error:
            raise handler_error(error, "SageMaker") from error
        return physical_id, attributes

    def delete(self, scope: Scope, physical_id: str, _properties: Properties) -> None:
        """DeleteModelCard, if it is still there."""
        delete_if_there(self.api, scope, "DeleteModelCard", {"ModelCardName": physical_id})

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Its properties now, tags included."""
        try:
            found = self.api(scope, "DescribeModelCard", {"ModelCardName": physical_id})
            tags = self.api(scope, "ListTags", {"ResourceArn": found["ModelCardArn"]})
        except CallError as error:
            if is_missing(error):
                return None
            raise
        content = _renamed(json.loads(found["Content"]), _pascal)
        return {**found, "Content": content, "Tags": tags.get("Tags", [])}

    def adopt(self, scope: Scope, physical_id: str) -> Resource:
        """Import it by its name."""
        problem = self.import_problem(scope, physical_id)
        if problem is not None:
            raise ProvisioningError(problem)
        return physical_id, self._attributes(scope, physical_id)

    def import_problem(self, scope: Scope, physical_id: str) -> str | None:
        """Why it cannot be imported."""
        if self.read(scope, physical_id) is not None:
            return None
        return f"Resource of type '{self.type_name}' with identifier '{physical_id}' was not found."

    def _attributes(self, scope: Scope, name: str) -> dict[str, Any]:
        found = self.api(scope, "DescribeModelCard", {"ModelCardName": name})
        return {
            "ModelCardArn": found["ModelCardArn"],
            "ModelCardVersion": str(found["ModelCardVersion"]),
            "CreationTime": iso_time(found["CreationTime"]),
            "LastModifiedTime": iso_time(found["LastModifiedTime"]),
        }


def content_text(content: Any) -> str:
    """A template's content as the API's text.

    Raises:
        ProvisioningError: it is no object.
    """
    if not isinstance(content, dict):
        place = "Properties validation failed with message: #/Content"
        raise ProvisioningError(f"{place}: expected type: JSONObject, found: {content!r}")
    return json.dumps(_renamed(content, _snake))


def _renamed(value: Any, rename: Callable[[str], str]) -> Any:
    match value:
        case dict():
            return {
                rename(key): inner if key in _OWN_KEYS else _renamed(inner, rename)
                for key, inner in value.items()
            }
        case list():
            return [_renamed(inner, rename) for inner in value]
        case _:
            return value


def _snake(key: str) -> str:
    return _WORD.sub("_", key).lower()


def _pascal(key: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in key.split("_"))
