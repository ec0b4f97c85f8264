"""Delivery pipelines of the predecessor: found where ours has its name, and stopped for good.

The predecessor's watches the very object that ours is fed with, so both must never be there at
once: whatever we upload, it would deploy, and it deletes a stack that fails to be updated.
"""

from collections.abc import Mapping

from mlops_gitops.desired.names import INSTALLATION_TAG, delivery_stack
from mlops_gitops.desired.stack import StackId
from mlops_gitops.diff.adoption import OldPipeline
from mlops_gitops.diff.deployed import DeployedStack, StackStatus
from mlops_gitops.diff.plan import Verdict
from mlops_gitops.diff.states import state_of
from mlops_gitops.diff.template import KEEPING
from mlops_gitops.errors import AwsError
from mlops_gitops.use_cases.settle import settle
from mlops_gitops.use_cases.world import World

_PIPELINE = "AWS::CodePipeline::Pipeline"


def old_pipeline(
    world: World, workload: str, deployed: Mapping[StackId, DeployedStack]
) -> OldPipeline | None:
    """Find a workload's delivery stack that is not ours; None if there is none."""
    settings = world.settings
    id_ = StackId(settings.orchestrator_account, settings.region, delivery_stack(workload))
    there = deployed.get(id_) or world.stacks.find(id_)
    gone = (StackStatus.DELETE_COMPLETE, StackStatus.REVIEW_IN_PROGRESS)
    if there is None or there.status in gone or INSTALLATION_TAG in there.tags:
        return None
    template = world.stacks.template(id_)
    physical = world.adopting.physical_ids(id_)
    resources = template.get("Resources", {})
    pipelines = tuple(
        physical[name]
        for name, each in sorted(resources.items())
        if each["Type"] == _PIPELINE and name in physical
    )
    keeps = tuple(
        f"{each['Type']} {physical[name]}"
        for name, each in sorted(resources.items())
        if each.get("DeletionPolicy") in KEEPING and name in physical
    )
    refused, hint = _refusal(world, there, pipelines)
    return OldPipeline(
        workload=workload, stack=id_, pipelines=pipelines, keeps=keeps, refused=refused, hint=hint
    )


def _refusal(world: World, there: DeployedStack, pipelines: tuple[str, ...]) -> tuple[str, str]:
    if there.status is StackStatus.DELETE_IN_PROGRESS:
        return "", ""  # whoever began that was us, before a crash
    if state_of(there.status).verdict is Verdict.BUSY:
        return f"Stack {there.id} is {there.status.value}.", "Wait, then repeat the command."
    if not pipelines:
        message = f"Stack {there.id} belongs to somebody else, and holds no pipeline."
        return message, "Delete it if nobody needs it, or choose another prefix or model name."
    for name in pipelines:
        busy = [each.id for each in world.pipelines.executions(name) if not each.status.is_over]
        if busy:
            message = f"Pipeline {name} is running execution {busy[0]}."
            return message, "Let it finish or stop it, then repeat the command."
    return "", ""


def remove_pipeline(world: World, old: OldPipeline) -> None:
    """Delete a delivery stack of the predecessor and wait until it is gone.

    Raises:
        AwsError: it could not be deleted; what can still deploy is said.
    """
    world.stacks.delete(old.stack)
    left = settle(world.stacks, world.clock, old.stack)
    if left is None:
        return
    failure = world.stacks.first_failure(old.stack)
    reason = f": {failure.logical_id}: {failure.reason}" if failure else "."
    raise AwsError(
        f"Delivery stack {old.stack} is {left.status.value}{reason}",
        hint="Mend the cause, or delete the stack in the CloudFormation console, "
        "then repeat the command.",
    )
