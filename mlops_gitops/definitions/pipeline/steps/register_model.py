"""Registration: puts a version of a model into the model registry."""

from collections.abc import Iterator

from mlops_gitops.config.document import Json
from mlops_gitops.config.pipeline_model_problems import no_check
from mlops_gitops.config.pipeline_problems import unknown_step
from mlops_gitops.definitions.pipeline.baselines import (
    CHECKS,
    drift_check_baselines,
    metrics_of,
)
from mlops_gitops.definitions.pipeline.containers import container_mistakes, containers_of
from mlops_gitops.definitions.pipeline.envelope import single
from mlops_gitops.definitions.pipeline.shorthand import Compiled, Mistake, Shorthand, given

_PENDING = "PendingManualApproval"


def compile_step(step: Shorthand) -> Compiled:
    """Give the step of type `RegisterModel`."""
    return single(step, "RegisterModel", _arguments(step))


def mistakes(step: Shorthand) -> Iterator[Mistake]:
    """Say what is wrong with its containers, and with the checks that it names."""
    yield from container_mistakes(step)
    checks = step.value.get("checks")
    declared = step.around.declared
    for index, name in enumerate(checks if isinstance(checks, list) else ()):
        check = declared.get(str(name))
        if check is None:
            yield step.mistake(unknown_step(str(name), tuple(declared)), "checks", index)
        elif check["type"] not in CHECKS:
            yield step.mistake(no_check(str(name)), "checks", index)


def _arguments(step: Shorthand) -> dict[str, Json]:
    status = step.scalar("approval_status")
    return {
        "ModelPackageGroupName": step.scalar("model_package_group_name"),
        **given(ModelPackageDescription=step.value.get("model_package_description")),
        "InferenceSpecification": {
            "Containers": [*containers_of(step)],
            "SupportedContentTypes": step.scalars("content_types"),
            "SupportedResponseMIMETypes": step.scalars("response_types"),
            "SupportedRealtimeInferenceInstanceTypes": step.scalars("inference_instances"),
            "SupportedTransformInstanceTypes": step.scalars("transform_instances"),
        },
        "ModelApprovalStatus": _PENDING if status is None else status,
        **given(ModelMetrics=metrics_of(step)),
        **given(DriftCheckBaselines=drift_check_baselines(step)),
        **given(CustomerMetadataProperties=step.mapped("customer_metadata")),
        **given(Domain=step.value.get("domain")),
        **given(Task=step.value.get("task")),
        **given(SamplePayloadUrl=step.scalar("sample_payload_url")),
    }
