"""Parameters: which value each parameter of a blueprint gets, and where it came from.

The blueprint's own `Parameters` section is the only list. A parameter is filled by the
derivation of its name where there is one, else by the config field of its name
(`InferenceInstance` takes `inference_instance`), else by its default.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mlops_gitops.config.arn import partition_of
from mlops_gitops.config.declared import Config
from mlops_gitops.config.settings import Settings, Stage
from mlops_gitops.desired.blueprint import Blueprint
from mlops_gitops.desired.images import ImageTable, repository_arn
from mlops_gitops.desired.stack import DIGEST, Resolved


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Resolved inputs: what had to be looked up, passed in so that composing stays pure.

    Attributes:
        assets_kms_key_arn: key of the assets bucket, an output of the bootstrap stack.
        images: SageMaker's own images.
        local_storage: instance types with disks of their own, which take no volume key.
    """

    assets_kms_key_arn: str
    images: ImageTable
    local_storage: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Everything a parameter's value may depend on."""

    settings: Settings
    config: Config
    stage: Stage
    inputs: Inputs

    def text(self, field: str) -> str:
        """Give a field's value in this stage as text; empty where it is not written."""
        value = self.config.value(field, self.stage.name)
        return "" if value is None else to_parameter(value)

    def place(self, field: str) -> str:
        """Say where a field's value in this stage is written."""
        return str(self.config.where(field, self.stage.name))


def to_parameter(value: object) -> str:
    """Spell a value the way CloudFormation parameters want it."""
    match value:
        case bool():
            return "True" if value else "False"
        case str() | int() | float():
            return str(value).strip()
        case _:
            raise TypeError(f"{value!r} is no parameter value.")


def field_of(parameter: str) -> str:
    """Name the config field that fills a parameter: `KmsKeyArn` -> `kms_key_arn`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", parameter).lower()


def resolve_parameters(blueprint: Blueprint, context: Context) -> dict[str, Resolved]:
    """Give every parameter of a blueprint but the digest its value.

    Raises:
        ValueError: a parameter has neither derivation, field nor default: the blueprint and
            the schema of its pipeline type do not fit.
    """
    return {
        name: _resolve(name, default, context)
        for name, default in sorted(blueprint.defaults.items())
        if name != DIGEST
    }


def _resolve(name: str, default: str | None, context: Context) -> Resolved:
    derivation = _DERIVATIONS.get(name)
    if derivation is not None:
        return derivation(context)
    field = field_of(name)
    if field in context.config.fields:
        spelling = _SPELLINGS.get(field, str)
        return Resolved(spelling(context.text(field)), context.place(field))
    if default is None:
        raise ValueError(f"Nothing fills parameter {name!r} of {context.config.blueprint!r}.")
    return Resolved(default, "blueprint default")


def _image_uri(context: Context) -> Resolved:
    if custom := context.text("custom_image_uri"):
        return Resolved(custom, context.place("custom_image_uri"))
    if framework := context.text("model_framework"):
        uri = context.inputs.images.uri(
            framework, context.text("model_framework_version"), context.settings.region
        )
        return Resolved(uri, f"derived: SageMaker's image for {context.place('model_framework')}")
    return Resolved("", "derived: the model package brings its image")


def _image_repository_arn(context: Context) -> Resolved:
    image = _image_uri(context)
    partition = partition_of(context.settings.region)
    return Resolved(repository_arn(image.value, partition), "derived: repository of ImageUri")


def _model_package_group(context: Context) -> Resolved:
    package = context.text("model_package_name")
    if not package:
        return Resolved("", "derived: no model package")
    return Resolved(
        package.split("/")[1], f"derived: group in {context.place('model_package_name')}"
    )


def _has_local_storage(context: Context) -> Resolved:
    has = context.text("inference_instance") in context.inputs.local_storage
    return Resolved(str(has).lower(), f"derived: disks of {context.place('inference_instance')}")


_DERIVATIONS: Mapping[str, Callable[[Context], Resolved]] = {
    "AssetsBucket": lambda context: Resolved(
        context.settings.assets_bucket, f"settings: {context.settings.path}"
    ),
    "AssetsKmsKeyArn": lambda context: Resolved(
        context.inputs.assets_kms_key_arn, "looked up: key of the assets bucket"
    ),
    "ImageUri": _image_uri,
    "ImageRepositoryArn": _image_repository_arn,
    "InstanceHasLocalStorage": _has_local_storage,
    "ModelPackageGroupName": _model_package_group,
}

_SPELLINGS: Mapping[str, Callable[[str], str]] = {
    # The predecessor lower-cases endpoint names and drops one trailing slash of a location.
    "endpoint_name": str.lower,
    "data_capture_location": lambda location: location.removesuffix("/"),
}
