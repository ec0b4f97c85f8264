"""CloudFormation's AWS::SageMaker::FeatureGroup. Its `Ref` is the name."""

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
from mlops_gitops.emulator.sagemaker_types import delete_if_there, is_missing, iso_time
from mlops_gitops.emulator.shapes import to_request
from mlops_gitops.emulator.wire import CallError, Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureGroupType:
    """One feature group: features may be added to it, and nothing else changes in place."""

    api: Api
    type_name: str = "AWS::SageMaker::FeatureGroup"
    name_property: str = "FeatureGroupName"
    name_length: int = 64
    takes_tags: bool = True
    identifier: str = "FeatureGroupName"
    create_only: frozenset[str] = frozenset(
        {
            "Description",
            "EventTimeFeatureName",
            "FeatureGroupName",
            "OfflineStoreConfig",
            "OnlineStoreConfig/EnableOnlineStore",
            "OnlineStoreConfig/SecurityConfig",
            "OnlineStoreConfig/StorageType",
            "RecordIdentifierFeatureName",
            "RoleArn",
            "Tags",
        }
    )
    comparable: frozenset[str] = frozenset(
        {
            "Description",
            "EventTimeFeatureName",
            "FeatureDefinitions",
            "FeatureGroupName",
            "OfflineStoreConfig",
            "OnlineStoreConfig",
            "RecordIdentifierFeatureName",
            "RoleArn",
            "Tags",
        }
    )

    def create(self, call: ResourceCall, properties: Properties) -> Resource:
        """CreateFeatureGroup; a taken name is refused by SageMaker."""
        name = str(properties["FeatureGroupName"])
        try:
            request = to_request("sagemaker", "CreateFeatureGroup", properties)
            self.api(call.scope, "CreateFeatureGroup", request)
        except CallError as error:
            raise handler_error(error, "SageMaker") from error
        return name, self._attributes(call.scope, name)

    def update(
        self, call: ResourceCall, physical_id: str, old: Properties, new: Properties
    ) -> Resource:
        """UpdateFeatureGroup with the features that are new; none can be taken away."""
        before, after = old["FeatureDefinitions"], new["FeatureDefinitions"]
        if any(each not in after for each in before):
            message = "Invalid request: features cannot be changed or removed."
            raise ProvisioningError(message)
        added = [each for each in after if each not in before]
        request = {"FeatureGroupName": physical_id, "FeatureAdditions": added}
        try:
            if added:
                self.api(call.scope, "UpdateFeatureGroup", request)
        except CallError as error:
            raise handler_error(error, "SageMaker") from error
        return physical_id, self._attributes(call.scope, physical_id)

    def delete(self, scope: Scope, physical_id: str, _properties: Properties) -> None:
        """DeleteFeatureGroup, if it is still there."""
        request = {"FeatureGroupName": physical_id}
        delete_if_there(self.api, scope, "DeleteFeatureGroup", request)

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Its properties now, tags included."""
        try:
            found = self.api(scope, "DescribeFeatureGroup", {"FeatureGroupName": physical_id})
            tags = self.api(scope, "ListTags", {"ResourceArn": found["FeatureGroupArn"]})
        except CallError as error:
            if is_missing(error):
                return None
            raise
        return {**found, "Tags": tags.get("Tags", [])}

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
        found = self.api(scope, "DescribeFeatureGroup", {"FeatureGroupName": name})
        return {
            "CreationTime": iso_time(found["CreationTime"]),
            "FeatureGroupStatus": found["FeatureGroupStatus"],
        }
