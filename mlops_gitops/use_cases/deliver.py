"""Deliver: make sure of one workload's delivery pipeline, upload its bundle, start it.

Every step looks before it acts, so whoever repeats the command after a crash continues where
it stopped and does nothing twice.
"""

from collections.abc import Sequence
from hashlib import sha256

from mlops_gitops.desired.names import OURS
from mlops_gitops.desired.stack import DesiredStack, StackId
from mlops_gitops.diff.deployed import DeployedStack, StackStatus
from mlops_gitops.diff.plan import Plan, StackChange, Verdict
from mlops_gitops.errors import AwsError, Blocked
from mlops_gitops.package.bundle import Bundle, bundle_key, plan_key
from mlops_gitops.pipeline.delivery import pipeline_name
from mlops_gitops.runs.execution import CREATED_WITH_PIPELINE, Execution
from mlops_gitops.runs.start import last_to_arrive
from mlops_gitops.use_cases.desire import DesiredWorkload
from mlops_gitops.use_cases.settle import settle
from mlops_gitops.use_cases.world import World

_GONE = "DELETE_COMPLETE"
_PAUSE = 0.2
_PATIENCE = 60.0
"""Seconds in which CodePipeline has started the execution that comes with a new pipeline."""
_GOOD = {
    StackStatus.CREATE_COMPLETE,
    StackStatus.UPDATE_COMPLETE,
    StackStatus.UPDATE_ROLLBACK_COMPLETE,
}
_SHELLS = {StackStatus.ROLLBACK_COMPLETE, StackStatus.REVIEW_IN_PROGRESS}
"""What neither can be updated nor created again while it is there."""


def ensure_pipeline(world: World, workload: str, wanted: DesiredStack) -> None:
    """Create the delivery stack, or update it if its definition differs.

    Raises:
        Blocked: a stack of that name is not ours, or it must be updated, but an update would
            cancel an execution that runs.
        AwsError: CloudFormation could not make it.
    """
    there = settle(world.stacks, world.clock, wanted.id)
    if there is not None:
        refuse_foreign(there, wanted)
    if there is not None and there.status in _SHELLS:
        remove_empty_stack(world, there.id)
        there = None
    if there is None:
        _hide_old_bundle(world, workload, wanted)
        world.stacks.create(wanted.deployable())
    elif there.status not in _GOOD:
        raise Blocked(
            f"Delivery stack {there.id} is {there.status.value}: {there.status_reason}",
            hint="Repair it in the CloudFormation console, then repeat the command.",
        )
    elif there.digest == wanted.digest:
        return
    else:
        _refuse_to_cancel(world, workload)
        world.stacks.update(wanted.deployable())
    _check(world, wanted)


def _hide_old_bundle(world: World, workload: str, wanted: DesiredStack) -> None:
    """Let the execution that CodePipeline starts with a new pipeline find nothing to deploy.

    Where a pipeline was deleted, the bundle that it carried last is still there, and would be
    deployed once more; its versions stay.
    """
    if world.assets.latest(bundle_key(workload)) is None:
        return
    # Else it is of somebody who made the pipeline just now, and it is no old one.
    if world.stacks.find(wanted.id) is None:
        world.assets.remove(bundle_key(workload))


def refuse_foreign(there: DeployedStack, wanted: DesiredStack) -> None:
    """Refuse to touch a delivery stack that is not ours.

    Raises:
        Blocked: it lacks our tags.
    """
    ours = {key: value for key, value in wanted.tags.items() if key.startswith(OURS)}
    if not ours.items() <= there.tags.items():
        # Ours has them from its creation on; an update would remove what another's holds.
        raise Blocked(
            f"Stack {there.id} belongs to somebody else: it lacks the tags of this installation.",
            hint="If the predecessor made it: `mlops-gitops adopt --plan`. Else delete it if "
            "nobody needs it, or choose another prefix or model name.",
        )


def refuse_unready(changes: Sequence[StackChange], executions: Sequence[Execution]) -> None:
    """Refuse a workload of which a stack cannot be deployed to as it is.

    Args:
        changes: what would change.
        executions: of its delivery pipeline, newest first.

    Raises:
        Blocked: a stack needs a person, or somebody else is busy with it.
    """
    for change in changes:
        if change.verdict is Verdict.BLOCKED:
            raise Blocked(f"Stack {change.id} is {change.status.value}.", hint=change.next_step)
    busy = [change for change in changes if change.verdict is Verdict.BUSY]
    # Busy with our own execution is no obstacle: the delivery pipeline queues.
    if busy and last_to_arrive(executions) is None:
        change = busy[0]
        raise Blocked(f"Stack {change.id} is {change.status.value}.", hint=change.next_step)


def ensure_stage_stack(world: World, change: StackChange) -> None:
    """Remove what a failed creation left, if nothing lives in it.

    Raises:
        Blocked: a resource of the stack still exists.
    """
    if change.verdict is Verdict.RECREATE:
        remove_empty_stack(world, change.id)


def keep_inputs(world: World, workload: DesiredWorkload) -> None:
    """Put beside the bundle what its stacks use: copies of artifacts, documents.

    Each is kept under a key that says its content, so what is approved is what serves, whatever
    is uploaded later.

    Raises:
        Blocked: an artifact was overwritten since it was looked at.
    """
    for content in workload.contents:
        world.assets.keep(content.key, content.etag, content.copy)
    for asset in workload.assets:
        if world.assets.latest(asset.key) is None:
            world.assets.write(asset.key, asset.content, asset.sha256)


def upload(world: World, bundle: Bundle) -> str:
    """Upload the bundle unless the newest version holds these very bytes; give the version id.

    Raises:
        Blocked: somebody else uploaded another bundle of this workload at the same moment.
    """
    latest = world.assets.latest(bundle.key)
    if latest is not None and latest.sha256 == bundle.sha256:
        return latest.version_id
    if latest is None:
        _await_first_execution(world, pipeline_name(bundle.workload_stack))
    try:
        made = world.assets.write_after(latest, bundle.key, bundle.content, bundle.sha256)
    except Blocked:
        # Two who apply the same commit at once must agree on one version, or both start it.
        latest = world.assets.latest(bundle.key)
        if latest is None or latest.sha256 != bundle.sha256:
            raise
        return latest.version_id
    return made.version_id


def keep_plan(world: World, workload: str, plan: Plan) -> str:
    """Put beside the bundle what would change, as it was shown; give the name it has there.

    The name says the content: what is planned anew, because the stacks differ, keeps both plans.
    """
    content = world.write_plan(plan).encode()
    name = sha256(content).hexdigest()
    key = plan_key(workload, name)
    if world.assets.latest(key) is None:
        world.assets.write(key, content, name)
    return name


def remove_empty_stack(world: World, id_: StackId) -> None:
    """Delete a stack that was rolled back and wait until it is gone.

    Raises:
        Blocked: a resource of the stack still exists, so a person must decide.
    """
    alive = [each for each in world.stacks.resources(id_) if each.status != _GONE]
    if alive:
        names = ", ".join(f"{each.logical_id} ({each.status})" for each in alive)
        raise Blocked(
            f"Stack {id_} was rolled back, but these resources still exist: {names}.",
            hint="Delete the stack in the CloudFormation console, retaining what you need.",
        )
    world.stacks.delete(id_)
    settle(world.stacks, world.clock, id_)


def _check(world: World, wanted: DesiredStack) -> None:
    stack = settle(world.stacks, world.clock, wanted.id)
    if stack is not None and stack.digest == wanted.digest and stack.status in _GOOD:
        return
    failure = world.stacks.first_failure(wanted.id) if stack else None
    reason = f": {failure.logical_id}: {failure.reason}" if failure else "."
    status = stack.status.value if stack else "gone"
    raise AwsError(
        f"Delivery stack {wanted.id} is {status}{reason}",
        hint="Mend the cause, then repeat the command.",
    )


def _refuse_to_cancel(world: World, workload: str) -> None:
    name = pipeline_name(workload)
    busy = [each.id for each in world.pipelines.executions(name) if not each.status.is_over]
    if busy:
        raise Blocked(
            f"Pipeline {name} must be updated, which would cancel execution {busy[0]}.",
            hint="Let it finish, or `mlops-gitops reject` what waits, then repeat the command.",
        )


def _await_first_execution(world: World, pipeline: str) -> None:
    """Wait until the execution that CodePipeline starts with a new pipeline has failed.

    It finds no bundle and fails in Source. Were the bundle uploaded earlier, it would be
    deployed without commit and digest in the approval's text.
    """
    waited = 0.0
    while waited < _PATIENCE:
        executions = world.pipelines.executions(pipeline)
        first = [each for each in executions if each.trigger == CREATED_WITH_PIPELINE]
        if first and all(each.status.is_over for each in first):
            return
        world.clock.sleep(_PAUSE)
        waited += _PAUSE
