"""Deployment: a model to an endpoint, which SageMaker makes, or updates where it is there.

Source of the members: CreateEndpointConfig and CreateEndpoint, SageMaker API reference.
"""

from collections.abc import Iterator

from mlops_gitops.config.document import Json
from mlops_gitops.config.pipeline_model_problems import scaling_range
from mlops_gitops.config.said import hyphenated
from mlops_gitops.definitions.pipeline.envelope import envelope, single
from mlops_gitops.definitions.pipeline.references import get, scalar
from mlops_gitops.definitions.pipeline.scaling import scaling_step
from mlops_gitops.definitions.pipeline.shorthand import (
    Compiled,
    Mistake,
    Shorthand,
    given,
    together,
)
from mlops_gitops.definitions.shortened import shortened

_NAME_LIMIT = 40
"""SageMaker appends to the name of a configuration, and names have 63 characters at most."""
_VARIANT = "AllTraffic"
_COUNT = 1
_ALL = 100


def compile_step(step: Shorthand) -> Compiled:
    """Give the steps of type `EndpointConfig` and `Endpoint`, and one for autoscaling."""
    config = f"{step.name}-config"
    # The name that SageMaker gives to the configuration is a property of its step.
    arguments: dict[str, Json] = {
        "EndpointName": step.scalar("endpoint_name"),
        "EndpointConfigName": get(f"Steps.{config}.EndpointConfigName"),
    }
    parts = [_config(step, config), single(step, "Endpoint", arguments)]
    if "autoscaling" in step.value:
        endpoint = get(f"Steps.{step.name}.EndpointName")
        parts.append(scaling_step(step, endpoint, _variant(step)))
    return together(parts)


def mistakes(step: Shorthand) -> Iterator[Mistake]:
    """Say that an endpoint is to scale from many to few."""
    scaling = step.value.get("autoscaling")
    if isinstance(scaling, dict):
        least, most = int(str(scaling["min_capacity"])), int(str(scaling["max_capacity"]))
        if least > most:
            yield step.mistake(scaling_range(least, most), "autoscaling", "max_capacity")


def _config(step: Shorthand, name: str) -> Compiled:
    model = step.around.scope.config.workload.model_name
    count = step.scalar("instance_count")
    arguments: dict[str, Json] = {
        "EndpointConfigName": shortened(hyphenated(f"{model}-{step.name}"), _NAME_LIMIT),
        "ProductionVariants": [
            {
                "VariantName": _variant(step),
                "ModelName": step.scalar("model_name"),
                "InitialInstanceCount": _COUNT if count is None else count,
                "InstanceType": step.scalar("instance_type"),
                "InitialVariantWeight": 1,
            }
        ],
        **given(DataCaptureConfig=_capture(step), KmsKeyId=step.value.get("kms_key_arn")),
    }
    made = {**envelope(step, "EndpointConfig", arguments), "Name": name}
    made.pop("DisplayName", None)
    return Compiled(steps=(made,), origins=((name, step.at),))


def _variant(step: Shorthand) -> str:
    return str(step.value.get("variant_name", _VARIANT))


def _capture(step: Shorthand) -> dict[str, Json]:
    written = step.value.get("data_capture")
    if not isinstance(written, dict):
        return {}
    return {
        "EnableCapture": True,
        "InitialSamplingPercentage": written.get("sampling_percentage", _ALL),
        "DestinationS3Uri": scalar(written["s3_uri"]),
        "CaptureOptions": [{"CaptureMode": "Input"}, {"CaptureMode": "Output"}],
        "CaptureContentTypeHeader": {
            "CsvContentTypes": ["text/csv"],
            "JsonContentTypes": ["application/json"],
        },
    }
