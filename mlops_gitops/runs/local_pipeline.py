"""A pipeline that is to run on this machine: what a stack's template says of it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mlops_gitops.desired.stack import DesiredStack
from mlops_gitops.errors import UsageError

_PIPELINE, _FUNCTION = "AWS::SageMaker::Pipeline", "AWS::Lambda::Function"
_SECONDS = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedFunction:
    """A Lambda function that the stack makes.

    Attributes:
        name: its name.
        handler: `file.function`.
        seconds: its timeout.
        code: key of its archive in the assets bucket.
    """

    name: str
    handler: str
    seconds: float
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalPipeline:
    """One pipeline in one stage.

    Attributes:
        name: the pipeline's.
        definition: what it would be deployed with.
        account: whose it would be.
        region: where it would be.
        bucket: the assets bucket.
        assets: code by its key in that bucket.
        functions: new Lambda functions of its steps.
    """

    name: str
    definition: dict[str, Any]
    account: str
    region: str
    bucket: str
    assets: Mapping[str, bytes]
    functions: tuple[PackedFunction, ...]


def local_pipeline(stack: DesiredStack, bucket: str) -> LocalPipeline:
    """Read the pipeline of a stack.

    Args:
        stack: as it would be deployed.
        bucket: the assets bucket.

    Raises:
        UsageError: the stack has no pipeline with its definition in it.
    """
    bodies = [
        properties.get("PipelineDefinition", {}).get("PipelineDefinitionBody")
        for _, properties in _resources(stack, _PIPELINE)
    ]
    written = [body for body in bodies if isinstance(body, str) and body]
    if len(written) != 1:
        hint = "Name a config of type sagemaker_pipeline."
        raise UsageError(f"{stack.id.name} has no SageMaker pipeline to run here.", hint=hint)
    name = stack.parameters.get("PipelineName")
    return LocalPipeline(
        name=name.value if name else stack.id.name,
        definition=json.loads(written[0]),
        account=stack.id.account,
        region=stack.id.region,
        bucket=bucket,
        assets={asset.key: asset.content for asset in stack.assets},
        functions=tuple(_functions(stack)),
    )


def _functions(stack: DesiredStack) -> Iterator[PackedFunction]:
    for _, properties in _resources(stack, _FUNCTION):
        code = properties.get("Code", {})
        name, handler = properties.get("FunctionName"), properties.get("Handler")
        key = code.get("S3Key")
        if isinstance(name, str) and isinstance(handler, str) and isinstance(key, str):
            seconds = properties.get("Timeout")
            yield PackedFunction(
                name=name,
                handler=handler,
                seconds=float(seconds) if isinstance(seconds, int | float) else _SECONDS,
                code=key,
            )


def _resources(stack: DesiredStack, kind: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, resource in stack.template.get("Resources", {}).items():
        if isinstance(resource, dict) and resource.get("Type") == kind:
            yield name, resource.get("Properties", {})
