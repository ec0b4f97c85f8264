"""Transform: a model over data.

Source of the members: CreateTransformJob, SageMaker API reference.
"""

from collections.abc import Iterator

from mlops_gitops.config.document import Json
from mlops_gitops.definitions.pipeline.envelope import single
from mlops_gitops.definitions.pipeline.references import get, joined
from mlops_gitops.definitions.pipeline.shorthand import Compiled, Mistake, Shorthand, given

_COUNT = 1


def compile_step(step: Shorthand) -> Compiled:
    """Give the step of type `Transform`."""
    arguments: dict[str, Json] = {
        "ModelName": step.scalar("model_name"),
        "TransformInput": _input(step),
        "TransformOutput": _output(step),
        "TransformResources": _resources(step),
        **given(
            BatchStrategy=step.value.get("strategy"),
            DataProcessing=_processing(step),
            Environment=step.mapped("environment"),
            MaxConcurrentTransforms=step.value.get("max_concurrent_transforms"),
            MaxPayloadInMB=step.value.get("max_payload_mb"),
        ),
    }
    return single(step, "Transform", arguments)


def mistakes(_step: Shorthand) -> Iterator[Mistake]:
    """Nothing can be wrong with one but its shape."""
    yield from ()


def _input(step: Shorthand) -> dict[str, Json]:
    return {
        "DataSource": {
            "S3DataSource": {
                "S3DataType": step.value.get("data_type", "S3Prefix"),
                "S3Uri": step.scalar("s3_uri"),
            }
        },
        **given(
            CompressionType=step.value.get("compression_type"),
            ContentType=step.scalar("content_type"),
            SplitType=step.value.get("split_type"),
        ),
    }


def _output(step: Shorthand) -> dict[str, Json]:
    own = joined(step.around.folder, get("Execution.PipelineExecutionId"), step.name)
    written = step.scalar("output_s3_uri")
    return {
        "S3OutputPath": own if written is None else written,
        **given(
            Accept=step.scalar("accept"),
            AssembleWith=step.value.get("assemble_with"),
            KmsKeyId=step.value.get("kms_key_arn"),
        ),
    }


def _resources(step: Shorthand) -> dict[str, Json]:
    count = step.scalar("instance_count")
    return {
        "InstanceType": step.scalar("instance_type"),
        "InstanceCount": _COUNT if count is None else count,
        **given(VolumeKmsKeyId=step.value.get("kms_key_arn")),
    }


def _processing(step: Shorthand) -> dict[str, Json]:
    return given(
        InputFilter=step.value.get("input_filter"),
        JoinSource=step.value.get("join_source"),
        OutputFilter=step.value.get("output_filter"),
    )
