"""CloudFormation's AWS::SageMaker::Pipeline. Its `Ref` is the name."""

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
from mlops_gitops.emulator.sagemaker_types import delete_if_there, is_missing, retag
from mlops_gitops.emulator.shapes import to_request
from mlops_gitops.emulator.wire import CallError, Scope

_BODY, _LOCATION = "PipelineDefinitionBody", "PipelineDefinitionS3Location"


@dataclass(frozen=True, slots=True, kw_only=True)
class SageMakerPipelineType:
    """One pipeline; everything but its name changes in place."""

    api: Api
    type_name: str = "AWS::SageMaker::Pipeline"
    name_property: str = "PipelineName"
    name_length: int = 256
    takes_tags: bool = True
    identifier: str = "PipelineName"
    create_only: frozenset[str] = frozenset({"PipelineName"})
    comparable: frozenset[str] = frozenset(
        {
            "ParallelismConfiguration",
            "PipelineDefinition",
            "PipelineDescription",
            "PipelineDisplayName",
            "PipelineName",
            "RoleArn",
            "Tags",
        }
    )

    def create(self, call: ResourceCall, properties: Properties) -> Resource:
        """CreatePipeline; a taken name is refused by SageMaker."""
        name = str(properties.get("PipelineName") or call.generated_name)
        wanted = {**_request(properties), "PipelineName": name}
        # SageMaker asks for a token; the SDKs make one, and so does CloudFormation.
        wanted["ClientRequestToken"] = f"cloudformation-{name}".ljust(32, "-")
        try:
            request = to_request("sagemaker", "CreatePipeline", wanted)
            self.api(call.scope, "CreatePipeline", request)
        except CallError as error:
            raise handler_error(error, "SageMaker") from error
        return name, {}

    def update(
        self, call: ResourceCall, physical_id: str, old: Properties, new: Properties
    ) -> Resource:
        """UpdatePipeline, then tags."""
        wanted = {key: value for key, value in _request(new).items() if key != "Tags"}
        wanted["PipelineName"] = physical_id
        try:
            request = to_request("sagemaker", "UpdatePipeline", wanted)
            made = self.api(call.scope, "UpdatePipeline", request)
            retag(self.api, call.scope, made["PipelineArn"], old, new)
        except CallError as error:
            raise handler_error(error, "SageMaker") from error
        return physical_id, {}

    def delete(self, scope: Scope, physical_id: str, _properties: Properties) -> None:
        """DeletePipeline, if it is still there."""
        request = {"PipelineName": physical_id, "ClientRequestToken": "-" * 32}
        delete_if_there(self.api, scope, "DeletePipeline", request)

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Its properties now, tags included."""
        try:
            found = self.api(scope, "DescribePipeline", {"PipelineName": physical_id})
            tags = self.api(scope, "ListTags", {"ResourceArn": found["PipelineArn"]})
        except CallError as error:
            if is_missing(error):
                return None
            raise
        body: dict[str, Any] = {_BODY: found.pop("PipelineDefinition")}
        return {**found, "PipelineDefinition": body, "Tags": tags.get("Tags", [])}

    def adopt(self, scope: Scope, physical_id: str) -> Resource:
        """Import it by its name."""
        problem = self.import_problem(scope, physical_id)
        if problem is not None:
            raise ProvisioningError(problem)
        return physical_id, {}

    def import_problem(self, scope: Scope, physical_id: str) -> str | None:
        """Why it cannot be imported."""
        if self.read(scope, physical_id) is not None:
            return None
        return f"Resource of type '{self.type_name}' with identifier '{physical_id}' was not found."


def _request(properties: Properties) -> dict[str, Any]:
    """The properties as the API has them: it calls the body and the place differently."""
    given = dict(properties)
    definition = given.pop("PipelineDefinition")
    if _BODY in definition:
        return {**given, "PipelineDefinition": definition[_BODY]}
    place = definition[_LOCATION]
    return {
        **given,
        _LOCATION: {
            "Bucket": place["Bucket"],
            "ObjectKey": place["Key"],
            **({"VersionId": place["Version"]} if "Version" in place else {}),
        },
    }
