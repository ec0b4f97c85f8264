"""Repair: bring stacks and delivery pipelines that are stuck to where `apply` works again."""

from collections.abc import Callable, Sequence
from typing import assert_never

from mlops_gitops.config.said import listed, quoted
from mlops_gitops.desired.gates import stage_name
from mlops_gitops.desired.names import (
    DELIVERY,
    INSTALLATION_TAG,
    STAGE_TAG,
    delivery_stack,
    stage_stack,
)
from mlops_gitops.desired.stack import StackId
from mlops_gitops.diff.deployed import DeployedStack
from mlops_gitops.diff.states import APPLY, repair_command, retire_command
from mlops_gitops.errors import MlopsError, UsageError
from mlops_gitops.pipeline.delivery import pipeline_name
from mlops_gitops.runs.execution import Execution
from mlops_gitops.status.history import is_deployment
from mlops_gitops.status.progress import ResourceProgress
from mlops_gitops.status.remedy import Remedy, Step, depends_on_resources, remedy_for
from mlops_gitops.status.repaired import Examined, Mended
from mlops_gitops.status.retry import Retry, retry_for
from mlops_gitops.use_cases.desire import DesiredWorkload, desire
from mlops_gitops.use_cases.find import find_workload
from mlops_gitops.use_cases.orphans import full_name, orphaned_workloads, runs
from mlops_gitops.use_cases.read_stacks import read_deployed
from mlops_gitops.use_cases.settle import settle
from mlops_gitops.use_cases.side_by_side import side_by_side
from mlops_gitops.use_cases.stack_resources import resources_of
from mlops_gitops.use_cases.world import World

Reporter = Callable[[str], None]
"""Is told each step before it is taken."""


def examine(world: World, name: str, skip: Sequence[str] = ()) -> Examined:
    """Say what is wrong with a workload, or with one stack of this installation.

    Args:
        world: the repository and AWS.
        name: of a workload, as commands take it, or the full name of a stack, declared or not.
        skip: logical ids that a continued rollback leaves as they are.

    Raises:
        UsageError: there is neither.
        AwsError: something could not be read, so nothing is concluded.
    """
    workloads = {each.name: each for each in desire(world).workloads}
    named = () if name in workloads else _stacks_called(world, name)
    owner = _owner(world, named[0]) if named else find_workload(world, name)
    workload = workloads.get(owner)
    executions = world.pipelines.executions(pipeline_name(owner))
    found = named or _stacks_of(world, owner, workload)
    again = APPLY if workload else _ended_by(owner, found)
    remedies = _remedies(
        world,
        found,
        again=again,
        awaited=any(not each.status.is_over for each in executions),
        skip=skip,
    )
    stuck = any(each.step is not Step.NOTHING for each in remedies)
    retry = None if named or stuck or workload is None else _retry(world, workload, executions)
    return Examined(name=name if named else owner, again=again, remedies=remedies, retry=retry)


def mend(world: World, examined: Examined, report: Reporter) -> tuple[Mended, ...]:
    """Do what was shown, and nothing that is not right any more.

    Each stack is looked at once more first, so that two who mend it at once do it once.
    """
    done = [_mend(world, remedy, examined, report) for remedy in examined.remedies if remedy.acts]
    if examined.retry is not None and examined.retry.acts:
        done.append(_try_again(world, examined.retry, report))
    return tuple(done)


def _ended_by(name: str, stacks: Sequence[DeployedStack]) -> str:
    """Name what ends a workload that no config declares: where nothing runs, `gc` does."""
    stages = (each for each in stacks if each.tags.get(STAGE_TAG) != DELIVERY)
    return retire_command(name) if runs(stages) else "mlops-gitops gc"


def _owner(world: World, stack: DeployedStack) -> str:
    return full_name(world.settings, stack.id, stack.tags[STAGE_TAG])


def _stacks_of(
    world: World, name: str, workload: DesiredWorkload | None
) -> tuple[DeployedStack, ...]:
    """Read the stacks of a workload, declared or not, that are there; the delivery stack last."""
    settings = world.settings
    stages = [each.id for each in workload.stacks] if workload else _orphans_of(world, name)
    delivery = StackId(settings.orchestrator_account, settings.region, delivery_stack(name))
    found = (world.stacks.find(id_) for id_ in (*stages, delivery))
    return tuple(each for each in found if each is not None)


def _orphans_of(world: World, name: str) -> list[StackId]:
    return [
        stage_stack(world.settings, name, stage)
        for orphan in orphaned_workloads(world, read_deployed(world))
        if orphan.name == name
        for stage in orphan.stages
    ]


def _stacks_called(world: World, name: str) -> tuple[DeployedStack, ...]:
    """Find stacks by their full name: those of this installation, whatever git says of them."""
    settings = world.settings
    if not name.startswith(f"{settings.prefix}-"):
        return ()
    known = {stage.name for stage in settings.places} | {DELIVERY}
    ids = [
        stack.id
        for stack in read_deployed(world).values()
        if stack.id.name == name
        and stack.tags.get(INSTALLATION_TAG) == settings.prefix
        and stack.tags.get(STAGE_TAG) in known
    ]
    return tuple(stack for id_ in ids if (stack := world.stacks.find(id_)) is not None)


def _remedies(
    world: World,
    stacks: Sequence[DeployedStack],
    *,
    again: str,
    awaited: bool,
    skip: Sequence[str],
) -> tuple[Remedy, ...]:
    def remedy(stack: DeployedStack) -> Remedy:
        resources = _resources(world, stack)
        return remedy_for(stack, resources, again=again, awaited=awaited, skip=skip)

    found = side_by_side(remedy, stacks)
    known = {name for each in found for name in each.skip}
    if unknown := [name for name in skip if name not in known]:
        hint = "`mlops-gitops repair` without --skip shows what failed."
        message = f"{listed(quoted(each) for each in unknown)} cannot be skipped."
        raise UsageError(f"{message} No rollback of these stacks failed there.", hint=hint)
    return found


def _resources(world: World, stack: DeployedStack) -> tuple[ResourceProgress, ...]:
    """Read the resources of a stack whose status alone does not say what to do."""
    return resources_of(world, stack.id) if depends_on_resources(stack.status) else ()


def _retry(
    world: World, workload: DesiredWorkload, executions: Sequence[Execution]
) -> Retry | None:
    newest = next((each for each in executions if is_deployment(each)), None)
    if newest is None or not newest.status.is_over:
        return None
    pipeline = pipeline_name(workload.name)
    return retry_for(
        pipeline,
        newest,
        world.pipelines.actions(pipeline, newest.id),
        deployable=tuple(stage_name(world.settings, each.stage) for each in workload.stacks),
        is_current=world.pipelines.details(pipeline, newest.id).variables.get("digest")
        == workload.bundle.digest,
    )


def _mend(world: World, remedy: Remedy, examined: Examined, report: Reporter) -> Mended:
    what = str(remedy.stack)
    there = world.stacks.find(remedy.stack)
    if there is None or there.status is not remedy.status:
        now = there.status.value if there else "gone"
        again = f"Somebody else was at it. Look again: {repair_command(examined.name)}"
        return Mended(what=what, done="nothing", status=now, next_step=again)
    report(f"{what}: {remedy.step.value}")
    try:
        _act(world, remedy)
        after = settle(world.stacks, world.clock, remedy.stack)
    except MlopsError as failure:
        return _failed(what, remedy.step.value, remedy.status.value, failure)
    return _came_of(world, remedy, after, examined)


def _came_of(
    world: World, remedy: Remedy, after: DeployedStack | None, examined: Examined
) -> Mended:
    """Tell where the stack is now, and go on from there."""
    then = examined.again
    if after is not None:
        left = remedy_for(after, _resources(world, after), again=then, awaited=False)
        if left.step is not Step.NOTHING:
            then = repair_command(examined.name) if left.acts else left.next_step
    return Mended(
        what=str(remedy.stack),
        done=remedy.step.value,
        status=after.status.value if after else "gone",
        next_step=then,
    )


def _act(world: World, remedy: Remedy) -> None:
    match remedy.step:
        case Step.NOTHING | Step.LEAVE:
            return
        case Step.REMOVE | Step.DELETE:
            world.stacks.delete(remedy.stack)
        case Step.ROLL_BACK | Step.UNDO:
            world.mending.roll_back(remedy.stack)
        case Step.CONTINUE_ROLLBACK:
            world.mending.continue_rollback(remedy.stack, remedy.skip)
        case Step.DELETE_RETAINING:
            world.mending.delete(remedy.stack, remedy.skip)
        case _:
            assert_never(remedy.step)


def _try_again(world: World, retry: Retry, report: Reporter) -> Mended:
    what = f"{retry.stage} of {retry.pipeline}"
    report(f"{what}: try the stage again")
    try:
        world.mending.retry(retry.pipeline, retry.stage, retry.execution_id)
    except MlopsError as failure:
        return _failed(what, "try the stage again", "failed", failure)
    follow = "Follow it: mlops-gitops status --watch"
    return Mended(what=what, done="try the stage again", status="under way", next_step=follow)


def _failed(what: str, done: str, status: str, failure: MlopsError) -> Mended:
    return Mended(
        what=what,
        done=done,
        status=status,
        next_step=failure.hint,
        failure=failure.message,
        exit_code=failure.exit_code,
    )
