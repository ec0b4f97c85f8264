"""CloudFormation's SageMaker types of Model Monitor: the job definitions and their schedules.

`Ref` is the ARN (the registry's primaryIdentifier); Fn::GetAtt gives what the registry calls
read-only, and the name, which cfn-lint lists as well.
"""

from dataclasses import dataclass
from typing import Any

from mlops_gitops.emulator.providers import Api, Properties
from mlops_gitops.emulator.sagemaker_types import SageMakerType, iso_time, name_of
from mlops_gitops.emulator.shapes import to_request
from mlops_gitops.emulator.wire import CallError, Scope

_ONLY_IN_TEMPLATES = frozenset({"EndpointName"})
_KINDS = ("DataQuality", "ModelQuality", "ModelBias", "ModelExplainability")


@dataclass(frozen=True, slots=True, kw_only=True)
class JobDefinitionType(SageMakerType):
    """`AWS::SageMaker::DataQualityJobDefinition` and its like: nothing changes, not even tags."""

    @property
    def name_property(self) -> str:
        """The same for all four."""
        return "JobDefinitionName"

    @property
    def identifier(self) -> str:
        """The same for all four."""
        return "JobDefinitionArn"

    @property
    def comparable(self) -> frozenset[str]:
        """What drift detection compares: what the API tells."""
        return self.create_only - _ONLY_IN_TEMPLATES

    def request(self, properties: Properties) -> dict[str, Any]:
        """The API does not know what is only in templates."""
        known = {key: value for key, value in properties.items() if key not in _ONLY_IN_TEMPLATES}
        return to_request("sagemaker", f"Create{self.kind}", known)

    def attributes(self, scope: Scope, arn: str, name: str) -> Properties:
        """What Fn::GetAtt gives."""
        found = self.api(scope, f"Describe{self.kind}", {self.name_property: name})
        made = iso_time(found["CreationTime"])
        return {"JobDefinitionArn": arn, "JobDefinitionName": name, "CreationTime": made}


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitoringScheduleType(SageMakerType):
    """`AWS::SageMaker::MonitoringSchedule`: its configuration changes in place."""

    def request(self, properties: Properties) -> dict[str, Any]:
        """CreateMonitoringSchedule; the other properties only tell what SageMaker made of it."""
        wanted = ("MonitoringScheduleConfig", "MonitoringScheduleName", "Tags")
        known = {key: properties[key] for key in wanted if key in properties}
        return to_request("sagemaker", "CreateMonitoringSchedule", known)

    def change(self, scope: Scope, arn: str, old: Properties, new: Properties) -> None:
        """UpdateMonitoringSchedule, if its configuration differs."""
        if new["MonitoringScheduleConfig"] == old["MonitoringScheduleConfig"]:
            return
        name = name_of(arn)
        request = {
            "MonitoringScheduleName": name,
            "MonitoringScheduleConfig": new["MonitoringScheduleConfig"],
        }
        operation = "UpdateMonitoringSchedule"
        self.api(scope, operation, to_request("sagemaker", operation, request))
        self.await_ready(scope, name)

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """A schedule that is still Pending cannot be deleted: wait for it first."""
        try:
            self.await_ready(scope, name_of(physical_id))
        except CallError as error:
            if error.code == "ResourceNotFound":
                return
            raise
        SageMakerType.delete(self, scope, physical_id, properties)

    def await_ready(self, scope: Scope, name: str) -> None:
        """Wait until it is Scheduled; one that somebody stopped is as ready as it will be."""
        good = ("Scheduled", "Stopped")
        self.stabilize(scope, name, "MonitoringScheduleStatus", good=good, busy=("Pending",))

    def attributes(self, scope: Scope, arn: str, name: str) -> Properties:
        """What Fn::GetAtt gives."""
        found = self.api(scope, "DescribeMonitoringSchedule", {"MonitoringScheduleName": name})
        times = ("CreationTime", "LastModifiedTime")
        return {
            "MonitoringScheduleArn": arn,
            "MonitoringScheduleName": name,
            "MonitoringScheduleStatus": found["MonitoringScheduleStatus"],
            **{key: iso_time(found[key]) for key in times},
        }


def monitoring_types(api: Api) -> tuple[SageMakerType, ...]:
    """The types of Model Monitor; create-only facts from the CloudFormation registry."""
    return (
        *(_job_definition(api, kind) for kind in _KINDS),
        MonitoringScheduleType(
            api=api,
            kind="MonitoringSchedule",
            create_only=frozenset({"MonitoringScheduleName"}),
            mutable=frozenset({"MonitoringScheduleConfig"}),
        ),
    )


def _job_definition(api: Api, kind: str) -> JobDefinitionType:
    parts = ("AppSpecification", "BaselineConfig", "JobInput", "JobOutputConfig")
    shared = (
        "EndpointName",
        "JobDefinitionName",
        "JobResources",
        "NetworkConfig",
        "RoleArn",
        "StoppingCondition",
        "Tags",
    )
    create_only = frozenset([*shared, *(f"{kind}{part}" for part in parts)])
    return JobDefinitionType(api=api, kind=f"{kind}JobDefinition", create_only=create_only)
