"""Restore a delivery pipeline that somebody changed by hand, its gate above all.

Its stack's digest says what was deployed, not what is there, so it is compared with what is there.
"""

from collections.abc import Sequence

from mlops_gitops.desired.stack import DesiredStack
from mlops_gitops.errors import Blocked
from mlops_gitops.pipeline.delivery import pipeline_name
from mlops_gitops.status.drift import Drift
from mlops_gitops.use_cases.deliver import ensure_pipeline
from mlops_gitops.use_cases.put_back import put_back_now
from mlops_gitops.use_cases.world import World


def restore_pipeline(
    world: World, workload: str, wanted: DesiredStack, drifts: Sequence[Drift]
) -> None:
    """Give a delivery pipeline the definition that it should have.

    Raises:
        Blocked: an execution is under way, which an update would cancel; or the stack is not ready.
        AwsError: CloudFormation could not do it.
    """
    pipeline = pipeline_name(workload)
    busy = [each.id for each in world.pipelines.executions(pipeline) if not each.status.is_over]
    if busy:
        raise Blocked(
            f"Pipeline {pipeline} was changed by hand, and putting it back would cancel execution "
            f"{busy[0]}.",
            hint="`mlops-gitops reject` what waits there: nothing says that a gate which was "
            "changed lets in what was shown. Then repeat the command.",
        )
    there = world.stacks.find(wanted.id)
    ensure_pipeline(world, workload, wanted)
    if there is not None and there.digest == wanted.digest:
        put_back_now(world, wanted, drifts)
