"""History: read the executions of one workload."""

from mlops_gitops.pipeline.delivery import pipeline_name
from mlops_gitops.status.history import Deployment, deployment, is_deployment
from mlops_gitops.use_cases.world import World


def history(world: World, workload: str, limit: int) -> tuple[Deployment, ...]:
    """Tell the newest deployments of a workload, newest first.

    Args:
        world: the repository and AWS.
        workload: full name.
        limit: how many at most.
    """
    name = pipeline_name(workload)
    executions = [each for each in world.pipelines.executions(name) if is_deployment(each)]
    stages = [stage.name for stage in world.settings.places]
    return tuple(
        deployment(
            execution,
            world.pipelines.details(name, execution.id),
            world.pipelines.actions(name, execution.id),
            stages,
        )
        for execution in executions[:limit]
    )
