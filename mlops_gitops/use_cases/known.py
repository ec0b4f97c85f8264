"""Known deployments of a workload, read as far as somebody looks."""

from collections.abc import Iterator

from mlops_gitops.pipeline.delivery import pipeline_name
from mlops_gitops.runs.execution import Execution
from mlops_gitops.status.history import is_deployment
from mlops_gitops.status.known import Known
from mlops_gitops.use_cases.side_by_side import side_by_side
from mlops_gitops.use_cases.world import World

_AT_ONCE = 8


def known_deployments(world: World, workload: str) -> Iterator[Known]:
    """Tell what was deployed of a workload, newest first.

    Args:
        world: AWS.
        workload: full name.
    """
    name = pipeline_name(workload)

    def told(each: Execution) -> Known:
        details = world.pipelines.details(name, each.id)
        return Known(
            execution_id=each.id,
            status=each.status,
            digest=details.variables.get("digest", ""),
            version=details.bundle_version or each.bundle_version,
            commit=details.variables.get("commit", ""),
            author=details.variables.get("author", ""),
            started_at=each.started_at,
        )

    executions = [each for each in world.pipelines.executions(name) if is_deployment(each)]
    for start in range(0, len(executions), _AT_ONCE):
        yield from side_by_side(told, executions[start : start + _AT_ONCE])
