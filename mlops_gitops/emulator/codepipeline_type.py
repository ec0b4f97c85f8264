"""CloudFormation's AWS::CodePipeline::Pipeline. Its `Ref` is the name; Fn::GetAtt has Version."""

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
from mlops_gitops.emulator.shapes import to_properties, to_request
from mlops_gitops.emulator.wire import CallError, Scope

_NOT_IN_DECLARATION = {"Tags", "DisableInboundStageTransitions", "RestartExecutionOnUpdate"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineType:
    """One delivery pipeline; everything but its name changes in place."""

    api: Api
    type_name: str = "AWS::CodePipeline::Pipeline"
    name_property: str = "Name"
    name_length: int = 100
    takes_tags: bool = True
    identifier: str = "Name"
    create_only: frozenset[str] = frozenset({"Name"})
    comparable: frozenset[str] = frozenset(
        [
            "ArtifactStore",
            "ExecutionMode",
            "Name",
            "PipelineType",
            "RoleArn",
            "Stages",
            "Tags",
            "Variables",
        ]
    )

    def create(self, call: ResourceCall, properties: Properties) -> Resource:
        """CreatePipeline; a taken name is refused by CodePipeline."""
        name = str(properties.get("Name") or call.generated_name)
        request = {"pipeline": _declaration(name, properties), "tags": _tags(properties)}
        try:
            version = self.api(call.scope, "CreatePipeline", request)["pipeline"]["version"]
            self._hold_back(call.scope, name, {}, properties)
        except CallError as error:
            raise handler_error(error, "CodePipeline") from error
        return name, _attributes(call.scope, name, version)

    def update(
        self, call: ResourceCall, physical_id: str, old: Properties, new: Properties
    ) -> Resource:
        """UpdatePipeline if the declaration differs, then transitions and tags."""
        scope = call.scope
        try:
            version = self._redeclare(scope, physical_id, old, new)
            self._hold_back(scope, physical_id, old, new)
            self._retag(scope, physical_id, old, new)
        except CallError as error:
            raise handler_error(error, "CodePipeline") from error
        return physical_id, _attributes(scope, physical_id, version)

    def delete(self, scope: Scope, physical_id: str, _properties: Properties) -> None:
        """DeletePipeline, which succeeds for a pipeline that is gone."""
        self.api(scope, "DeletePipeline", {"name": physical_id})

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """The declaration as it is now, tags included."""
        try:
            found = self.api(scope, "GetPipeline", {"name": physical_id})
        except CallError as error:
            if error.code == "PipelineNotFoundException":
                return None
            raise
        arn = _attributes(scope, physical_id, 0)["Arn"]
        tags = self.api(scope, "ListTagsForResource", {"resourceArn": arn})
        pipeline: Properties = to_properties("codepipeline", "GetPipeline", found)["Pipeline"]
        pairs = [{"Key": tag["key"], "Value": tag["value"]} for tag in tags.get("tags", [])]
        return {**pipeline, "Tags": pairs}

    def adopt(self, scope: Scope, physical_id: str) -> Resource:
        """Import it by its name."""
        found = self.read(scope, physical_id)
        if found is None:
            raise ProvisioningError(f"Pipeline {physical_id} does not exist.")
        return physical_id, _attributes(scope, physical_id, found["Version"])

    def import_problem(self, scope: Scope, physical_id: str) -> str | None:
        """Why it cannot be imported."""
        if self.read(scope, physical_id) is not None:
            return None
        return f"Resource of type '{self.type_name}' with identifier '{physical_id}' was not found."

    def _redeclare(self, scope: Scope, name: str, old: Properties, new: Properties) -> int:
        wanted = _declaration(name, new)
        if wanted == _declaration(name, old):
            return int(self.api(scope, "GetPipeline", {"name": name})["pipeline"]["version"])
        answer = self.api(scope, "UpdatePipeline", {"pipeline": wanted})
        if str(new.get("RestartExecutionOnUpdate", "")).lower() == "true":
            self.api(scope, "StartPipelineExecution", {"name": name})
        return int(answer["pipeline"]["version"])

    def _hold_back(self, scope: Scope, name: str, old: Properties, new: Properties) -> None:
        before, after = _disabled(old), _disabled(new)
        for stage, reason in after.items():
            request = {
                "pipelineName": name,
                "stageName": stage,
                "transitionType": "Inbound",
                "reason": reason,
            }
            self.api(scope, "DisableStageTransition", request)
        for stage in before.keys() - after.keys():
            request = {"pipelineName": name, "stageName": stage, "transitionType": "Inbound"}
            self.api(scope, "EnableStageTransition", request)

    def _retag(self, scope: Scope, name: str, old: Properties, new: Properties) -> None:
        added, removed = changed_tags({"Tags": _own_tags(old)}, {"Tags": _own_tags(new)})
        arn = _attributes(scope, name, 0)["Arn"]
        if removed:
            self.api(scope, "UntagResource", {"resourceArn": arn, "tagKeys": removed})
        if added:
            request = {"resourceArn": arn, "tags": _tags({"Tags": added})}
            self.api(scope, "TagResource", request)


def _declaration(name: str, properties: Properties) -> dict[str, Any]:
    declared = {k: v for k, v in properties.items() if k not in _NOT_IN_DECLARATION}
    stores = declared.get("ArtifactStores")
    if stores is not None:  # a list in templates, a map by region in the API
        declared["ArtifactStores"] = {s["Region"]: s["ArtifactStore"] for s in stores}
    request = {"pipeline": {**declared, "Name": name}}
    pipeline: dict[str, Any] = to_request("codepipeline", "CreatePipeline", request)["pipeline"]
    return pipeline


def _disabled(properties: Properties) -> dict[str, str]:
    held = properties.get("DisableInboundStageTransitions") or ()
    return {entry["StageName"]: entry["Reason"] for entry in held}


def _tags(properties: Properties) -> list[dict[str, str]]:
    return [{"key": tag["Key"], "value": str(tag["Value"])} for tag in _own_tags(properties)]


def _own_tags(properties: Properties) -> list[dict[str, str]]:
    # CodePipeline refuses the tags of CloudFormation itself (aws:cloudformation:stack-name) from
    # callers; CloudFormation has a way of its own to set them, which has no counterpart here.
    tags = properties.get("Tags") or ()
    return [tag for tag in tags if not tag["Key"].startswith("aws:")]


def _attributes(scope: Scope, name: str, version: int) -> dict[str, str]:
    arn = f"arn:aws:codepipeline:{scope.region}:{scope.account}:{name}"
    return {"Version": str(version), "Arn": arn}
