"""CloudFormation's SageMaker types: Model, EndpointConfig, Endpoint and ModelPackageGroup.

Their `Ref` is the ARN (the registry's primaryIdentifier), their name an attribute.
"""

import json
import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
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
from mlops_gitops.emulator.wire import CallError, Scope

_POLL_SECONDS = 0.05
_MISSING = ("Could not find", "does not exist")
_PATIENCE_SECONDS = 60.0
_POLICY = "ModelPackageGroupPolicy"
_BUSY = frozenset({"Creating", "Updating", "SystemUpdating", "RollingBack"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SageMakerType:
    """A type whose resource SageMaker makes in one call and never changes, tags aside."""

    api: Api
    kind: str
    create_only: frozenset[str]
    mutable: frozenset[str] = frozenset()
    name_length: int = 63
    takes_tags: bool = True
    patience_seconds: float = _PATIENCE_SECONDS

    @property
    def type_name(self) -> str:
        """`AWS::SageMaker::Model`."""
        return f"AWS::SageMaker::{self.kind}"

    @property
    def name_property(self) -> str:
        """`ModelName`."""
        return f"{self.kind}Name"

    @property
    def identifier(self) -> str:
        """`ModelArn`, the property an import names."""
        return f"{self.kind}Arn"

    @property
    def comparable(self) -> frozenset[str]:
        """What drift detection compares."""
        return self.create_only | self.mutable | {"Tags"}

    def create(self, call: ResourceCall, properties: Properties) -> Resource:
        """Create it; an explicit name is honoured, a taken one refused by SageMaker."""
        name = properties.get(self.name_property) or call.generated_name
        request = self.request(properties) | {self.name_property: name}
        try:
            arn = str(self.api(call.scope, f"Create{self.kind}", request)[self.identifier])
            self.await_ready(call.scope, name)
            return arn, self.attributes(call.scope, arn, name)
        except CallError as error:
            raise handler_error(error, "SageMaker") from error

    def update(
        self, call: ResourceCall, physical_id: str, old: Properties, new: Properties
    ) -> Resource:
        """Change what can change in place; CloudFormation replaces it for all else."""
        try:
            self.change(call.scope, physical_id, old, new)
            self.retag(call.scope, physical_id, old, new)
            return physical_id, self.attributes(call.scope, physical_id, name_of(physical_id))
        except CallError as error:
            raise handler_error(error, "SageMaker") from error

    def delete(self, scope: Scope, physical_id: str, _properties: Properties) -> None:
        """Delete it, if it is still there."""
        request = {self.name_property: name_of(physical_id)}
        delete_if_there(self.api, scope, f"Delete{self.kind}", request)

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Its properties now, tags included."""
        try:
            request = {self.name_property: name_of(physical_id)}
            found = self.api(scope, f"Describe{self.kind}", request)
            tags = self.api(scope, "ListTags", {"ResourceArn": physical_id})
        except CallError as error:
            if is_missing(error):
                return None
            raise
        return {**plain_numbers(found), "Tags": tags.get("Tags", [])}

    def adopt(self, scope: Scope, physical_id: str) -> Resource:
        """Import it by its ARN."""
        problem = self.import_problem(scope, physical_id)
        if problem is not None:
            raise ProvisioningError(problem)
        return physical_id, self.attributes(scope, physical_id, name_of(physical_id))

    def import_problem(self, scope: Scope, physical_id: str) -> str | None:
        """Why it cannot be imported."""
        if self.read(scope, physical_id) is not None:
            return None
        return f"Resource of type '{self.type_name}' with identifier '{physical_id}' was not found."

    def request(self, properties: Properties) -> dict[str, Any]:
        """The properties as the API wants them."""
        return to_request("sagemaker", f"Create{self.kind}", properties)

    def attributes(self, _scope: Scope, arn: str, name: str) -> Properties:
        """What Fn::GetAtt gives."""
        return {self.identifier: arn, self.name_property: name}

    def await_ready(self, _scope: Scope, _name: str) -> None:
        """Nothing to wait for."""

    def change(self, _scope: Scope, _arn: str, _old: Properties, _new: Properties) -> None:
        """Nothing changes in place."""

    def retag(self, scope: Scope, arn: str, old: Properties, new: Properties) -> None:
        """Bring the tags from `old` to `new`."""
        retag(self.api, scope, arn, old, new)

    def stabilize(
        self, scope: Scope, name: str, status: str, *, good: Collection[str], busy: Collection[str]
    ) -> None:
        """Wait until its `status` is a `good` one.

        Raises:
            ProvisioningError: it is neither that nor `busy`, with SageMaker's FailureReason, or it
                took too long.
        """
        deadline = time.monotonic() + self.patience_seconds
        while time.monotonic() < deadline:
            found = self.api(scope, f"Describe{self.kind}", {self.name_property: name})
            if found[status] in good:
                return
            if found[status] not in busy:
                reason = found.get("FailureReason", "SageMaker gave no reason.")
                raise ProvisioningError(f"{self.kind} {name} is {found[status]}: {reason}")
            time.sleep(_POLL_SECONDS)
        raise ProvisioningError(f"{self.kind} {name} did not stabilize.")


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointType(SageMakerType):
    """AWS::SageMaker::Endpoint: takes time, and changes its configuration in place."""

    def request(self, properties: Properties) -> dict[str, Any]:
        """CreateEndpoint knows nothing of what an update retains."""
        wanted = ("EndpointConfigName", "EndpointName", "Tags", "DeploymentConfig")
        kept = {key: properties[key] for key in wanted if key in properties}
        return to_request("sagemaker", "CreateEndpoint", kept)

    def change(self, scope: Scope, arn: str, old: Properties, new: Properties) -> None:
        """UpdateEndpoint, if its configuration differs, and wait for it to be in service."""
        if new["EndpointConfigName"] == old["EndpointConfigName"]:
            return
        wanted = (
            "EndpointConfigName",
            "RetainAllVariantProperties",
            "ExcludeRetainedVariantProperties",
            "RetainDeploymentConfig",
            "DeploymentConfig",
        )
        name = name_of(arn)
        request = {key: new[key] for key in wanted if key in new} | {"EndpointName": name}
        self.api(scope, "UpdateEndpoint", to_request("sagemaker", "UpdateEndpoint", request))
        self.await_ready(scope, name)

    def await_ready(self, scope: Scope, name: str) -> None:
        """Wait until it is in service."""
        self.stabilize(scope, name, "EndpointStatus", good=("InService",), busy=_BUSY)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPackageGroupType(SageMakerType):
    """AWS::SageMaker::ModelPackageGroup: its policy is put by a call of its own."""

    def create(self, call: ResourceCall, properties: Properties) -> Resource:
        """CreateModelPackageGroup, then PutModelPackageGroupPolicy."""
        arn, attributes = SageMakerType.create(self, call, _without_policy(properties))
        try:
            self.change(call.scope, arn, {}, properties)
        except CallError as error:
            raise handler_error(error, "SageMaker") from error
        return arn, attributes

    def change(self, scope: Scope, arn: str, old: Properties, new: Properties) -> None:
        """Put the policy, or delete it."""
        policy, name = new.get(_POLICY), {self.name_property: name_of(arn)}
        if policy == old.get(_POLICY):
            return
        if policy is None:
            self.api(scope, f"Delete{_POLICY}", name)
            return
        text = policy if isinstance(policy, str) else json.dumps(policy)
        self.api(scope, f"Put{_POLICY}", {**name, "ResourcePolicy": text})

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Its properties now, the policy included."""
        found = SageMakerType.read(self, scope, physical_id)
        if found is None:
            return None
        try:
            name = {self.name_property: name_of(physical_id)}
            policy = json.loads(self.api(scope, f"Get{_POLICY}", name)["ResourcePolicy"])
        except CallError as error:
            if is_missing(error):
                return found
            raise
        return {**found, _POLICY: policy}


def _without_policy(properties: Properties) -> Properties:
    return {key: value for key, value in properties.items() if key != _POLICY}


def sagemaker_types(api: Api) -> tuple[SageMakerType, ...]:
    """The SageMaker types; create-only facts from the CloudFormation registry."""
    return (
        SageMakerType(
            api=api,
            kind="Model",
            create_only=frozenset(
                [
                    "Containers",
                    "EnableNetworkIsolation",
                    "ExecutionRoleArn",
                    "InferenceExecutionConfig",
                    "ModelName",
                    "PrimaryContainer",
                    "VpcConfig",
                ]
            ),
        ),
        SageMakerType(
            api=api,
            kind="EndpointConfig",
            create_only=frozenset(
                [
                    "AsyncInferenceConfig",
                    "DataCaptureConfig",
                    "EnableNetworkIsolation",
                    "EndpointConfigName",
                    "ExecutionRoleArn",
                    "ExplainerConfig",
                    "KmsKeyId",
                    "MetricsConfig",
                    "ProductionVariants",
                    "ShadowProductionVariants",
                    "VpcConfig",
                ]
            ),
        ),
        EndpointType(
            api=api,
            kind="Endpoint",
            create_only=frozenset({"EndpointName"}),
            mutable=frozenset({"EndpointConfigName"}),
        ),
        ModelPackageGroupType(
            api=api,
            kind="ModelPackageGroup",
            create_only=frozenset({"ModelPackageGroupName", "ModelPackageGroupDescription"}),
            mutable=frozenset({_POLICY}),
        ),
    )


def name_of(arn: str) -> str:
    """The name in `arn:aws:sagemaker:region:account:kind/name`."""
    return arn.rsplit("/", 1)[-1]


def plain_numbers(value: Any) -> Any:
    """Whole floats as integers: a weight of 1.0 is no drift from a declared 1."""
    match value:
        case dict():
            return {key: plain_numbers(inner) for key, inner in value.items()}
        case list():
            return [plain_numbers(inner) for inner in value]
        case float() if value.is_integer():
            return int(value)
        case _:
            return value


def is_missing(error: CallError) -> bool:
    """Whether SageMaker refused because the resource is not there."""
    return error.code == "ResourceNotFound" or any(words in str(error) for words in _MISSING)


def delete_if_there(api: Api, scope: Scope, operation: str, request: Properties) -> None:
    """Have SageMaker delete something; what is not there is deleted already.

    Raises:
        ProvisioningError: SageMaker refused for another reason.
    """
    try:
        api(scope, operation, request)
    except CallError as error:
        if not is_missing(error):
            raise handler_error(error, "SageMaker") from error


def retag(api: Api, scope: Scope, arn: str, old: Properties, new: Properties) -> None:
    """Bring the tags of a resource of SageMaker from `old` to `new`."""
    added, removed = changed_tags(old, new)
    stale = removed + [tag["Key"] for tag in added]  # moto appends; it never overwrites
    if stale:
        api(scope, "DeleteTags", {"ResourceArn": arn, "TagKeys": stale})
    if added:
        api(scope, "AddTags", {"ResourceArn": arn, "Tags": added})


def iso_time(seconds: float) -> str:
    """A time as Fn::GetAtt gives it."""
    return datetime.fromtimestamp(seconds, tz=UTC).isoformat(timespec="seconds")
