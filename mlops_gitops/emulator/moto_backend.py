"""SageMaker's things as moto keeps them, with what moto lacks or does wrong put right.

Endpoints take a moment to come into service and can be updated, taken names and missing model
packages are refused in SageMaker's words, instance types are the API's own list.

Private hooks in use, held by `tests/emulator/test_moto_hooks.py`: `SageMakerModelBackend`'s stores
and its `_get_resource_from_arn`, `FakeEndpoint`, `FakeEndpointConfig`, `sagemaker_backends`.

Not emulated: who may read a model package of another account (any account may), whether the
execution role and the model's artifact exist.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any, cast

from moto.sagemaker.exceptions import ValidationError
from moto.sagemaker.models import (
    FakeEndpoint,
    FakeEndpointConfig,
    Model,
    ModelPackage,
    SageMakerModelBackend,
    sagemaker_backends,
)

from mlops_gitops.emulator.shapes import enum_values
from mlops_gitops.emulator.wire import Scope

_GROUP_POLICY = "resource_policy"
RETAINABLE = {
    "DesiredInstanceCount": ("CurrentInstanceCount", "DesiredInstanceCount"),
    "DesiredWeight": ("CurrentWeight", "DesiredWeight"),
}
"""What a variant property that is retained is called in a variant."""


class EndpointConfig(FakeEndpointConfig):
    """moto's endpoint configuration with the API's own instance types; moto's are years old."""

    def validate_instance_type(self, instance_type: str) -> None:
        """Refuse a type that SageMaker does not host on."""
        offered = enum_values("sagemaker", "ProductionVariantInstanceType")
        if instance_type not in offered:
            raise ValidationError(
                f"1 validation error detected: Value '{instance_type}' at 'instanceType' failed to "
                "satisfy constraint: Member must satisfy enum value set: "
                f"[{', '.join(offered)}]"
            )


class Endpoint(FakeEndpoint):
    """An endpoint that takes a moment: Creating or Updating until `settles_at` (epoch seconds)."""

    settles_at: float = 0.0
    pending: dict[str, Any] | None = None

    def settle(self, now: float) -> None:
        """Come into service if the moment has passed."""
        if self.endpoint_status not in ("Creating", "Updating") or now < self.settles_at:
            return
        for name, value in (self.pending or {}).items():
            setattr(self, name, value)
        self.pending = None
        self.endpoint_status = "InService"


class Backend(SageMakerModelBackend):
    """One account's SageMaker in one region."""

    endpoint_seconds = 0.3

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.deleted_model_packages: dict[str, ModelPackage] = {}

    def arn(self, kind: str, name: str) -> str:
        """The ARN of a resource of this account."""
        return f"arn:{self.partition}:sagemaker:{self.region_name}:{self.account_id}:{kind}/{name}"

    def refuse_taken(self, taken: bool, words: str, kind: str, name: str) -> None:  # noqa: FBT001 -- the answer of a lookup, not a switch
        """Refuse a second resource of one name, as SageMaker does; moto replaces the first."""
        if taken:
            raise ValidationError(
                f'Cannot create already existing {words} "{self.arn(kind, name)}".'
            )

    def _get_resource_from_arn(self, arn: str) -> Any:
        """What has tags; moto fails on what is not there, and on model packages."""
        if ":model-package/" in arn:
            found = find_model_package(self, arn)
        else:
            try:
                found = super()._get_resource_from_arn(arn)
            except (AttributeError, ValueError):  # a kind that moto does not tag
                found = None
        if found is None:
            raise ValidationError(f'Could not find resource "{arn}".')
        found.tags = found.tags or []  # moto keeps None where none were given, and fails on it
        return found

    def create_model(self, model_name: str, *args: Any, **properties: Any) -> Model:
        """CreateModel: the name must be free and each model package registered."""
        self.refuse_taken(model_name in self._models, "model", "model", model_name)
        primary = properties.get("primary_container")
        for container in [*([primary] if primary else []), *(properties.get("containers") or [])]:
            package = container.get("ModelPackageName")
            if package and find_model_package(self, package) is None:
                # The words are inferred from SageMaker's other "Could not find" answers.
                raise ValidationError(f'Could not find model package "{package}".')
        return super().create_model(model_name, *args, **properties)

    def describe_model_package(self, model_package_name: str) -> ModelPackage:
        """DescribeModelPackage, of whichever account the ARN names."""
        package = find_model_package(self, model_package_name)
        if package is None:
            raise ValidationError(f"ModelPackage {model_package_name} does not exist.")
        return package

    def create_model_package(self, *args: Any, **properties: Any) -> str:
        """CreateModelPackage; moto counts versions, so deleted ones are counted in."""
        self.model_packages.update(self.deleted_model_packages)
        try:
            return super().create_model_package(*args, **properties)
        finally:
            for arn in self.deleted_model_packages:
                del self.model_packages[arn]

    def create_model_package_group(
        self, model_package_group_name: str, *args: Any, **properties: Any
    ) -> str:
        """CreateModelPackageGroup; moto would replace a group of this name."""
        if model_package_group_name in self.model_package_groups:
            arn = self.arn("model-package-group", model_package_group_name)
            raise ValidationError(f"Model Package Group already exists: {arn}")
        return super().create_model_package_group(model_package_group_name, *args, **properties)

    def delete_model_package(self, model_package_name: str) -> None:
        """DeleteModelPackage: gone, and its version number never used again."""
        package = self.describe_model_package(model_package_name)
        self.deleted_model_packages[package.arn] = self.model_packages.pop(package.arn)

    def delete_model_package_group(self, name: str) -> None:
        """DeleteModelPackageGroup: refused while the group holds packages."""
        name = name.rsplit("/", 1)[-1]
        self.describe_model_package_group(name)
        if any(p.model_package_group_name == name for p in self.model_packages.values()):
            raise ValidationError(
                f"Model package group {self.arn('model-package-group', name)} cannot be deleted "
                "because it contains model packages."
            )
        del self.model_package_groups[name]

    def put_model_package_group_policy(self, name: str, policy: str) -> str:
        """PutModelPackageGroupPolicy: whoever else may use the group; gives the group's ARN."""
        group = self.describe_model_package_group(name)
        # Kept beside the group, so that it goes with it and with the state that is saved.
        group.__dict__[_GROUP_POLICY] = policy
        return self.arn("model-package-group", name)

    def get_model_package_group_policy(self, name: str) -> str:
        """GetModelPackageGroupPolicy; the words of the refusal are inferred."""
        found = self.describe_model_package_group(name).__dict__.get(_GROUP_POLICY)
        if found is None:
            raise ValidationError(f"Could not find resource policy of {name}.")
        return str(found)

    def delete_model_package_group_policy(self, name: str) -> None:
        """DeleteModelPackageGroupPolicy."""
        self.get_model_package_group_policy(name)
        del self.describe_model_package_group(name).__dict__[_GROUP_POLICY]

    def create_endpoint_config(
        self, endpoint_config_name: str, *args: Any, **properties: Any
    ) -> EndpointConfig:
        """CreateEndpointConfig: the name must be free, its models must exist."""
        taken = endpoint_config_name in self.endpoint_configs
        self.refuse_taken(taken, "endpoint configuration", "endpoint-config", endpoint_config_name)
        for variant in properties["production_variants"] or ():
            if variant.get("ModelName") not in self._models:
                arn = self.arn("model", str(variant.get("ModelName")))
                raise ValidationError(f'Could not find model "{arn}".')
        config = EndpointConfig(  # type: ignore[abstract]  # moto leaves `is_created` open itself
            self.account_id, self.region_name, endpoint_config_name, *args, **properties
        )
        self.endpoint_configs[endpoint_config_name] = config
        return config

    def existing_config(self, name: str) -> EndpointConfig:
        """The endpoint configuration of this name, or SageMaker's refusal."""
        if name not in self.endpoint_configs:
            arn = self.arn("endpoint-config", name)
            raise ValidationError(f'Could not find endpoint configuration "{arn}".')
        return cast("EndpointConfig", self.endpoint_configs[name])

    def existing_endpoint(self, name: str) -> Endpoint:
        """The endpoint of this name, or SageMaker's refusal."""
        if name not in self.endpoints:
            raise ValidationError(f'Could not find endpoint "{self.arn("endpoint", name)}".')
        return cast("Endpoint", self.endpoints[name])

    def create_endpoint(
        self, endpoint_name: str, endpoint_config_name: str, tags: list[dict[str, str]]
    ) -> Endpoint:
        """CreateEndpoint: Creating now, InService in a moment."""
        config = self.existing_config(endpoint_config_name)
        self.refuse_taken(endpoint_name in self.endpoints, "endpoint", "endpoint", endpoint_name)
        endpoint = self.endpoint(endpoint_name, config, tags)
        endpoint.endpoint_status = "Creating"
        endpoint.settles_at = time.time() + self.endpoint_seconds
        self.endpoints[endpoint_name] = endpoint
        return endpoint

    def endpoint(self, name: str, config: EndpointConfig, tags: list[dict[str, str]]) -> Endpoint:
        """An endpoint as its configuration has it."""
        return Endpoint(  # type: ignore[abstract]  # moto leaves `is_created` open itself
            account_id=self.account_id,
            region_name=self.region_name,
            endpoint_name=name,
            endpoint_config_name=config.endpoint_config_name,
            production_variants=config.production_variants,
            data_capture_config=_capture_summary(config.data_capture_config),
            tags=tags,
        )

    def update_endpoint(self, name: str, config_name: str, retained: Sequence[str]) -> Endpoint:
        """UpdateEndpoint: Updating now, on the new configuration in a moment.

        `retained` are the variant properties (`VariantPropertyType`) that keep their values.
        Raises SageMaker's refusal for an endpoint that is busy, and for one whose present
        configuration was deleted (hashicorp/terraform-provider-aws issue 40048).
        """
        endpoint = self.existing_endpoint(name)
        if endpoint.endpoint_status != "InService":
            raise ValidationError(f'Cannot update in-progress endpoint "{endpoint.arn}".')
        self.existing_config(endpoint.endpoint_config_name)
        wanted = self.endpoint(name, self.existing_config(config_name), endpoint.tags)
        present = {v["VariantName"]: v for v in endpoint.production_variants}
        keys = [key for kind in retained for key in RETAINABLE.get(kind, ())]
        for variant in wanted.production_variants:
            before = present.get(variant["VariantName"], {})
            variant.update({key: before[key] for key in keys if key in before})
        endpoint.pending = {
            "endpoint_config_name": config_name,
            "production_variants": wanted.production_variants,
            "data_capture_config": wanted.data_capture_config,
        }
        endpoint.endpoint_status = "Updating"
        endpoint.last_modified_time = wanted.last_modified_time
        endpoint.settles_at = time.time() + self.endpoint_seconds
        return endpoint

    def settle(self) -> None:
        """Let the endpoints whose moment has passed come into service."""
        for endpoint in self.endpoints.values():
            cast("Endpoint", endpoint).settle(time.time())


def _capture_summary(declared: Mapping[str, Any]) -> dict[str, Any]:
    if not declared:
        return {}
    kept = {k: declared[k] for k in ("DestinationS3Uri", "KmsKeyId") if k in declared}
    return kept | {
        "EnableCapture": declared.get("EnableCapture", False),
        "CaptureStatus": "Started" if declared.get("EnableCapture") else "Stopped",
        "CurrentSamplingPercentage": declared.get("InitialSamplingPercentage"),
    }


def backend_of(scope: Scope) -> Backend:
    """The SageMaker of one account and region."""
    return cast("Backend", sagemaker_backends[scope.account][scope.region])


def find_model_package(backend: Backend, name: str) -> ModelPackage | None:
    """The registered package that a name or an ARN (of any account) means."""
    parts = name.split(":")
    if len(parts) > 5 and parts[4] != backend.account_id:  # noqa: PLR2004 -- arn:aws:sagemaker:region:account:...
        backend = backend_of(Scope(parts[4], parts[3]))
    return backend.model_packages.get(backend.model_package_name_mapping.get(name, name))
