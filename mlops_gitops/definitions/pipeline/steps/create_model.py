"""Model: makes a SageMaker model of artifacts and images."""

from collections.abc import Iterator

from mlops_gitops.config.document import Json
from mlops_gitops.definitions.pipeline.containers import (
    container_mistakes,
    containers_of,
    is_sequence,
)
from mlops_gitops.definitions.pipeline.envelope import single
from mlops_gitops.definitions.pipeline.jobs import network_of
from mlops_gitops.definitions.pipeline.shorthand import Compiled, Mistake, Shorthand


def compile_step(step: Shorthand) -> Compiled:
    """Give the step of type `Model`."""
    return single(step, "Model", _arguments(step))


def mistakes(step: Shorthand) -> Iterator[Mistake]:
    """Say what is wrong with its containers."""
    yield from container_mistakes(step)


def _arguments(step: Shorthand) -> dict[str, Json]:
    containers = containers_of(step)
    return {
        "ExecutionRoleArn": step.around.role_arn,
        **({"Containers": [*containers]} if is_sequence(step) else {}),
        **({} if is_sequence(step) else {"PrimaryContainer": containers[0]}),
        **network_of(step),
    }
