"""Carrier: the execution that carries a digest already, so that no other is needed."""

from collections.abc import Sequence

from mlops_gitops.runs.execution import Execution
from mlops_gitops.runs.start import last_to_arrive
from mlops_gitops.use_cases.world import World


def carrier(
    world: World, pipeline: str, digest: str, executions: Sequence[Execution]
) -> Execution | None:
    """Find the execution after which a digest is deployed.

    Its variables tell from the moment it is started; its version only once Source has run.

    Args:
        world: the repository and AWS.
        pipeline: the delivery pipeline's name.
        digest: of the bundle.
        executions: of that pipeline, newest first.
    """
    last = last_to_arrive(executions)
    if last is None:
        return None
    variables = world.pipelines.details(pipeline, last.id).variables
    return last if variables.get("digest") == digest else None
