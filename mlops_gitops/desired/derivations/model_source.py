"""Parameters that say which model runs: its image, its group in the registry, its instance."""

from collections.abc import Callable, Mapping

from mlops_gitops.config.arn import partition_of
from mlops_gitops.definitions.images import repository_arn, with_digest
from mlops_gitops.desired.context import Context
from mlops_gitops.desired.stack import Resolved

_CUSTOM = "custom_image_uri"


def _image_uri(context: Context) -> Resolved:
    if custom := context.text(_CUSTOM):
        digest = context.inputs.image_digests.get(custom)
        if digest is None:
            return Resolved(custom, context.place(_CUSTOM))
        return Resolved(with_digest(custom, digest), f"looked up: {context.place(_CUSTOM)}")
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
    field = next(
        name for name in ("inference_instance", "instance_type") if context.value(name) is not None
    )
    has = context.text(field) in context.inputs.local_storage
    return Resolved(str(has).lower(), f"derived: disks of {context.place(field)}")


DERIVATIONS: Mapping[str, Callable[[Context], Resolved]] = {
    "ImageUri": _image_uri,
    "ImageRepositoryArn": _image_repository_arn,
    "InstanceHasLocalStorage": _has_local_storage,
    "ModelPackageGroupName": _model_package_group,
}
