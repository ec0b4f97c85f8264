"""Resources of a deployed stack, as they are told to people."""

from mlops_gitops.config.secrets import masked
from mlops_gitops.desired.stack import StackId
from mlops_gitops.status.progress import ResourceProgress
from mlops_gitops.use_cases.world import World


def resources_of(world: World, id_: StackId) -> tuple[ResourceProgress, ...]:
    """Read a stack's resources; secrets in reasons are masked.

    Raises:
        AwsError: there is no such stack, or it may not be read.
    """
    return tuple(
        ResourceProgress(
            logical_id=each.logical_id,
            resource_type=each.resource_type,
            status=each.status,
            reason=masked(each.reason),
        )
        for each in world.stacks.resources(id_)
    )
