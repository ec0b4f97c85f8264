"""CloudFormation's AWS::StepFunctions::StateMachine. Its `Ref` is the ARN.

ministack's own type keeps a logging configuration that its API cannot tell, takes any definition,
and overwrites a machine of somebody else; the API it calls here does none of that.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mlops_gitops.emulator.providers import (
    Api,
    Properties,
    ProvisioningError,
    Resource,
    ResourceCall,
    changed_tags,
    handler_error,
)
from mlops_gitops.emulator.shapes import to_request
from mlops_gitops.emulator.state_machine_definition import definition_problem
from mlops_gitops.emulator.wire import CallError, Scope

_SERVICE = "Sfn"
_SETTINGS = {
    "EncryptionConfiguration": None,
    "LoggingConfiguration": {"Level": "OFF", "IncludeExecutionData": False},
    "TracingConfiguration": {"Enabled": False},
}
"""Optional properties, and what a template that drops one goes back to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StateMachineType:
    """One state machine; all but its name and its type change in place."""

    api: Api
    s3: Api
    type_name: str = "AWS::StepFunctions::StateMachine"
    name_property: str = "StateMachineName"
    name_length: int = 80
    create_only: frozenset[str] = frozenset({"StateMachineName", "StateMachineType"})
    takes_tags: bool = True

    def create(self, call: ResourceCall, properties: Properties) -> Resource:
        """CreateStateMachine; a name that another definition has is refused."""
        name = str(properties.get("StateMachineName") or call.generated_name)
        request = self._request(call.scope, properties)
        request |= {"name": name, "type": properties.get("StateMachineType", "STANDARD")}
        request["tags"] = _tags(properties.get("Tags") or ())
        try:
            arn = str(self.api(call.scope, "CreateStateMachine", request)["stateMachineArn"])
            return arn, self._attributes(call.scope, arn)
        except CallError as error:
            raise handler_error(error, _SERVICE) from error

    def update(
        self, call: ResourceCall, physical_id: str, old: Properties, new: Properties
    ) -> Resource:
        """UpdateStateMachine, then tags."""
        dropped = {
            key: usual
            for key, usual in _SETTINGS.items()
            if key in old and key not in new and usual is not None
        }
        request = self._request(call.scope, {**dropped, **new})
        try:
            self.api(call.scope, "UpdateStateMachine", request | {"stateMachineArn": physical_id})
            self._retag(call.scope, physical_id, old, new)
            return physical_id, self._attributes(call.scope, physical_id)
        except CallError as error:
            raise handler_error(error, _SERVICE) from error

    def delete(self, scope: Scope, physical_id: str, _properties: Properties) -> None:
        """DeleteStateMachine, which succeeds for one that is gone."""
        self.api(scope, "DeleteStateMachine", {"stateMachineArn": physical_id})

    def _request(self, scope: Scope, properties: Properties) -> dict[str, Any]:
        kept = {key: properties[key] for key in ("RoleArn", *_SETTINGS) if key in properties}
        definition = self._definition(scope, properties)
        problem = definition_problem(definition)
        if problem is not None:
            failed = f"Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: {problem}'"
            raise handler_error(CallError("InvalidDefinition", failed), _SERVICE)
        request = to_request("stepfunctions", "CreateStateMachine", kept)
        return {**request, "definition": definition}

    def _definition(self, scope: Scope, properties: Properties) -> str:
        """The definition as text, from whichever property has it, substitutions made."""
        place = properties.get("DefinitionS3Location")
        if place is not None:
            wanted = {"Bucket": place["Bucket"], "Key": place["Key"]}
            version = {"VersionId": place["Version"]} if "Version" in place else {}
            try:
                found = self.s3(scope, "GetObject", wanted | version)
            except CallError as error:
                raise handler_error(error, "S3") from error
            text = str(found["Body"].read().decode())
        elif "Definition" in properties:
            text = json.dumps(properties["Definition"])
        else:
            text = str(properties.get("DefinitionString", ""))
        for name, value in (properties.get("DefinitionSubstitutions") or {}).items():
            text = text.replace(f"${{{name}}}", str(value))
        if not text:
            raise ProvisioningError("Properties validation failed: there is no definition.")
        return text

    def _attributes(self, scope: Scope, arn: str) -> dict[str, Any]:
        found = self.api(scope, "DescribeStateMachine", {"stateMachineArn": arn})
        revision = found.get("revisionId", "INITIAL")
        return {"Arn": arn, "Name": found["name"], "StateMachineRevisionId": revision}

    def _retag(self, scope: Scope, arn: str, old: Properties, new: Properties) -> None:
        added, removed = changed_tags(old, new)
        if removed:
            self.api(scope, "UntagResource", {"resourceArn": arn, "tagKeys": removed})
        if added:
            self.api(scope, "TagResource", {"resourceArn": arn, "tags": _tags(added)})


def _tags(tags: Any) -> list[Mapping[str, str]]:
    return [{"key": tag["Key"], "value": str(tag["Value"])} for tag in tags]
