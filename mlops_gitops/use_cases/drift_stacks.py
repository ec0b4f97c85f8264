"""Stacks, one by one: gone, changed by hand, or as they were deployed; no resource is looked at."""

from dataclasses import dataclass

from mlops_gitops.desired.names import DELIVERY
from mlops_gitops.desired.stack import DesiredStack, Template
from mlops_gitops.desired.tombstone import is_tombstone
from mlops_gitops.diff.deployed import DeployedStack, StackStatus
from mlops_gitops.diff.plan import Verdict
from mlops_gitops.diff.states import state_of
from mlops_gitops.errors import AwsError
from mlops_gitops.package.bundle import bundle_key
from mlops_gitops.package.make import read_bundle
from mlops_gitops.pipeline.delivery import DEPLOY, pipeline_name
from mlops_gitops.runs.execution import ActionStatus
from mlops_gitops.status.drift import Drift, DriftKind, NotCompared, PropertyDrift
from mlops_gitops.status.drifting.resource import Owner, next_step
from mlops_gitops.status.drifting.stack import (
    Content,
    bundled_content,
    desired_content,
    is_as_digested,
    live_content,
    stack_differences,
)
from mlops_gitops.use_cases.world import World

STACK = "AWS::CloudFormation::Stack"
_LOOKED_BACK = 5
"""Executions whose bundles are read to find what a stack was last deployed with."""
_THERE = "it is there"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One stack that git wants, and what is there.

    Attributes:
        stage: name of the CodePipeline stage that deploys it; empty for a delivery stack.
    """

    owner: Owner
    stage: str
    desired: DesiredStack
    deployed: DeployedStack | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StackFinding:
    """What was found out about one stack.

    Attributes:
        template: that it was deployed with, where its resources can be compared.
    """

    place: Place
    found: tuple[Drift | NotCompared, ...]
    is_compared: bool
    template: Template | None = None


def look_at_stack(world: World, place: Place) -> StackFinding:
    """Say whether a stack is what it was deployed as; a refusal of AWS is an answer, too."""
    try:
        return _look(world, place)
    except AwsError as error:
        return _finding(place, _not_compared(place, error.message))


def _look(world: World, place: Place) -> StackFinding:
    deployed = place.deployed
    status = deployed.status if deployed else StackStatus.ABSENT
    state = state_of(status)
    if deployed is None or (state.verdict is not Verdict.BUSY and _never_was(status)):
        return _absent(world, place)
    if state.verdict is Verdict.BUSY or not state.exists:
        return _finding(place, _not_compared(place, f"the stack is {status.value}"))
    template = world.stacks.template(deployed.id)
    if deployed.digest is None and not _was_deployed(world, place):
        why = "another tool deployed it; `mlops-gitops plan` shows what would change"
        return _finding(place, _not_compared(place, why))
    found = _by_hand(world, place, deployed, template)
    is_compared = not isinstance(found, NotCompared)
    return StackFinding(
        place=place,
        found=() if found is None else (found,),
        is_compared=is_compared,
        template=template,
    )


def _never_was(status: StackStatus) -> bool:
    """Whether nothing of a stack is there: its creation was undone, or never begun."""
    return status in {
        StackStatus.ABSENT,
        StackStatus.DELETE_COMPLETE,
        StackStatus.REVIEW_IN_PROGRESS,
        StackStatus.ROLLBACK_COMPLETE,
    }


def _absent(world: World, place: Place) -> StackFinding:
    """Tell a stack that is gone from one that was never deployed, or was retired."""
    bundle = world.assets.latest(bundle_key(place.owner.workload))
    if place.desired.is_tombstone or bundle is None:
        return _finding(place)
    if _is_retired(world, place, bundle.version_id):
        return _finding(place)
    # A bundle is uploaded after its pipeline was made, so one without a pipeline tells a loss.
    if not place.stage or _was_deployed(world, place):
        return _finding(place, _missing(place))
    if not world.pipelines.state(pipeline_name(place.owner.workload)):
        why = "it is not there, and its delivery pipeline, which knows if it was, is gone"
        return _finding(place, _not_compared(place, why))
    return _finding(place)


def _is_retired(world: World, place: Place, version: str) -> bool:
    """Whether the newest bundle leaves nothing but tombstones, which are taken away later."""
    try:
        stages = read_bundle(world.assets.read(bundle_key(place.owner.workload), version))
    except ValueError:
        return False
    return bool(stages) and all(is_tombstone(stage.template) for stage in stages.values())


def _was_deployed(world: World, place: Place) -> bool:
    """Whether the delivery pipeline remembers that it has deployed a stack in this stage."""
    name = pipeline_name(place.owner.workload)
    runs = [run for state in world.pipelines.state(name) for run in state.actions]
    newest = [run for run in runs if run.stage == place.stage and run.action == DEPLOY]
    if not newest or newest[0].status is ActionStatus.SUCCEEDED:
        return bool(newest)
    # The newest one failed; an older one may have gone through.
    older = world.pipelines.executions(name)[:_LOOKED_BACK]
    return any(
        run.stage == place.stage and run.action == DEPLOY and run.status is ActionStatus.SUCCEEDED
        for execution in older
        for run in world.pipelines.actions(name, execution.id)
    )


def _by_hand(
    world: World, place: Place, deployed: DeployedStack, template: Template
) -> Drift | NotCompared | None:
    desired, live = desired_content(place.desired), live_content(deployed, template)
    last = desired if desired.digest == deployed.digest else None
    verdict = is_as_digested(deployed, live, last)
    if verdict:
        return None
    last = last or _last_deployed(world, place, deployed)
    verdict = is_as_digested(deployed, live, last)
    if verdict:
        return None
    if verdict is None:
        return _not_compared(place, "AWS hides parameters of it, and nobody knows their values")
    return Drift(
        kind=DriftKind.STACK_CHANGED,
        stack=place.owner.stack,
        workload=place.owner.workload,
        stage=place.owner.stage,
        logical_id="",
        physical_id=deployed.arn,
        resource_type=STACK,
        properties=stack_differences(desired, last, live, deployed.digest or ""),
        next_step=next_step(DriftKind.STACK_CHANGED, place.owner.workload),
    )


def _last_deployed(world: World, place: Place, deployed: DeployedStack) -> Content | None:
    """Find what a stack was deployed with in the bundles of the newest executions."""
    workload, stage = place.owner.workload, place.owner.stage
    if stage == DELIVERY:
        return None
    name = pipeline_name(workload)
    for execution in world.pipelines.executions(name)[:_LOOKED_BACK]:
        version = world.pipelines.details(name, execution.id).bundle_version
        if not version:
            continue
        try:
            bundled = read_bundle(world.assets.read(bundle_key(workload), version)).get(stage)
        except (ValueError, AwsError):
            continue  # a bundle that cannot be read tells nothing
        if bundled is not None and bundled.digest == deployed.digest:
            return bundled_content(bundled)
    return None


def _missing(place: Place) -> Drift:
    return Drift(
        kind=DriftKind.STACK_MISSING,
        stack=place.owner.stack,
        workload=place.owner.workload,
        stage=place.owner.stage,
        logical_id="",
        physical_id="",
        resource_type=STACK,
        properties=(PropertyDrift(path="stack", desired=_THERE, deployed=_THERE, live=None),),
        next_step=next_step(DriftKind.STACK_MISSING, place.owner.workload),
    )


def _not_compared(place: Place, why: str) -> NotCompared:
    return NotCompared(stack=place.owner.stack, logical_id="", resource_type=STACK, why=why)


def _finding(place: Place, *found: Drift | NotCompared) -> StackFinding:
    return StackFinding(place=place, found=found, is_compared=False)
