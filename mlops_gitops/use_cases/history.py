"""History: read the executions of one workload, and what was planned before each."""

from collections.abc import Mapping, Sequence
from hashlib import sha256

from mlops_gitops.errors import UsageError
from mlops_gitops.package.bundle import plan_key
from mlops_gitops.pipeline.delivery import pipeline_name
from mlops_gitops.runs.execution import Execution
from mlops_gitops.status.history import Deployment, StoredPlan, deployment, is_deployment
from mlops_gitops.use_cases.side_by_side import side_by_side
from mlops_gitops.use_cases.world import World


def history(world: World, workload: str, limit: int, execution: str = "") -> tuple[Deployment, ...]:
    """Tell the newest deployments of a workload, newest first.

    Args:
        world: the repository and AWS.
        workload: full name.
        limit: how many at most.
        execution: what the ids of those that are meant begin with.

    Raises:
        UsageError: no execution's id begins so.
    """
    name = pipeline_name(workload)
    stages = [stage.name for stage in world.settings.places]

    def told(each: Execution) -> Deployment:
        details = world.pipelines.details(name, each.id)
        return deployment(each, details, world.pipelines.actions(name, each.id), stages)

    executions = [each for each in world.pipelines.executions(name) if is_deployment(each)]
    meant = [each for each in executions if each.id.startswith(execution)]
    if execution and not meant:
        hint = "`mlops-gitops history WORKLOAD --limit 100` lists them; CodePipeline keeps a year."
        raise UsageError(f"{workload} has no execution {execution}.", hint=hint)
    return side_by_side(told, meant[:limit])


def stored_plans(
    world: World, workload: str, deployments: Sequence[Deployment]
) -> Mapping[str, StoredPlan]:
    """Read what was planned before each deployment: id of the execution -> the stored plan.

    The plan is what was shown then. A change set tells less, and is gone once it was executed.
    """
    found = side_by_side(lambda each: _stored(world, workload, each), deployments)
    ids = (each.execution_id for each in deployments)
    return dict(zip(ids, found, strict=True))


def _stored(world: World, workload: str, told: Deployment) -> StoredPlan:
    if not told.plan:
        return StoredPlan(content=None, missing="it was started with no plan stored")
    key = plan_key(workload, told.plan)
    there = world.assets.latest(key)
    if there is None:
        return StoredPlan(content=None, missing=f"{key} is not in the assets bucket any more")
    content = world.assets.read(key, there.version_id)
    if sha256(content).hexdigest() != told.plan:
        return StoredPlan(content=None, missing=f"{key} was overwritten since")
    return StoredPlan(content=content, missing="")
