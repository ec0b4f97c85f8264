"""Drift: hold what git says, what was last deployed and what AWS has side by side.

Calls to AWS: the pages of all stacks; per stack `GetTemplate` and the pages of its resources, for
one `DetectStackDrift`, a few `DescribeStackDriftDetectionStatus` and the pages of
`DescribeStackResourceDrifts`; per resource that CloudFormation does not look at, one or two of its
own service. Executions are read only of stacks that are gone or changed.
"""

from collections.abc import Iterator, Mapping, Sequence

from mlops_gitops.desired.gates import stage_name
from mlops_gitops.desired.names import DELIVERY, STAGE_TAG, stage_stack
from mlops_gitops.desired.stack import StackId
from mlops_gitops.diff.deployed import DeployedStack, StackStatus
from mlops_gitops.pipeline.delivery import delivery_pipeline
from mlops_gitops.status.drift import Drift, DriftKind, DriftReport, NotCompared, PropertyDrift
from mlops_gitops.status.drifting.resource import Owner, next_step
from mlops_gitops.use_cases.apply import Reporter
from mlops_gitops.use_cases.desire import Desired, desire, left_of
from mlops_gitops.use_cases.drift_resources import look_at_resources
from mlops_gitops.use_cases.drift_stacks import STACK, Place, look_at_stack
from mlops_gitops.use_cases.orphans import orphaned_workloads
from mlops_gitops.use_cases.read_stacks import read_deployed
from mlops_gitops.use_cases.side_by_side import side_by_side
from mlops_gitops.use_cases.world import World

_AT_A_TIME = 100
"""Stacks that are held in memory, and that CloudFormation looks at, at the same time."""


def drift(world: World, report: Reporter, only: frozenset[str] = frozenset()) -> DriftReport:
    """Look for whatever was changed behind our back. Nothing is changed.

    Args:
        world: the repository and AWS.
        report: is told a workload's full name and what is being looked at, from several threads.
        only: full names of workloads; empty for all.

    Raises:
        Blocked: the accounts have not been prepared.
        AwsError: not even the stacks could be listed, so nothing is concluded.
    """
    desired = desire(world)
    deployed = read_deployed(world)
    found: list[Drift | NotCompared] = list(_orphans(world, deployed, only))
    compared = 0
    places = list(_places(world, left_of(desired, deployed), deployed, only))
    for first in range(0, len(places), _AT_A_TIME):
        part = places[first : first + _AT_A_TIME]
        stacks = side_by_side(lambda place: look_at_stack(world, place), part)
        found += [each for stack in stacks for each in stack.found]
        resources, count = look_at_resources(world, stacks, report)
        found += resources
        compared += count + sum(stack.is_compared for stack in stacks)
    return _report(found, compared)


def _places(
    world: World,
    desired: Desired,
    deployed: Mapping[StackId, DeployedStack],
    only: frozenset[str],
) -> Iterator[Place]:
    settings, installation = world.settings, desired.installation
    for each in desired.workloads:
        if (only and each.name not in only) or not each.stacks:
            continue
        pipeline = delivery_pipeline(settings, each.name, each.stacks, installation)
        stages = [(stack, stack.stage, stage_name(settings, stack.stage)) for stack in each.stacks]
        for stack, stage, called in [*stages, (pipeline, DELIVERY, "")]:
            yield Place(
                owner=Owner(stack=stack.id, workload=each.name, stage=stage),
                stage=called,
                desired=stack,
                deployed=deployed.get(stack.id),
            )


def _orphans(
    world: World, deployed: Mapping[StackId, DeployedStack], only: frozenset[str]
) -> Iterator[Drift]:
    """Find stacks that no config declares; whoever asks about some workloads hears of theirs."""
    for orphan in orphaned_workloads(world, deployed):
        if orphan.is_retired or (only and orphan.name not in only):
            continue
        known = [stage_stack(world.settings, orphan.name, stage) for stage in orphan.stages]
        for id_ in (*known, *orphan.strange):
            if deployed[id_].status is StackStatus.REVIEW_IN_PROGRESS:
                continue  # a change set waits there, and nothing was ever made
            declared = f"{orphan.workload.model_name}/{orphan.workload.pipeline_type}"
            yield Drift(
                kind=DriftKind.ORPHAN,
                stack=id_,
                workload=orphan.name,
                stage=deployed[id_].tags[STAGE_TAG],
                logical_id="",
                physical_id=deployed[id_].arn,
                resource_type=STACK,
                properties=(
                    PropertyDrift(path="config", desired=None, deployed=declared, live=None),
                ),
                next_step=next_step(DriftKind.ORPHAN, orphan.name),
            )


def _report(found: Sequence[Drift | NotCompared], compared: int) -> DriftReport:
    drifts = [each for each in found if isinstance(each, Drift)]
    others = [each for each in found if isinstance(each, NotCompared)]
    # Loudest first: without its gate a pipeline lets everything through.
    drifts.sort(
        key=lambda each: (
            each.kind is not DriftKind.PIPELINE_CHANGED,
            each.workload,
            each.stack,
            each.logical_id,
        )
    )
    others.sort(key=lambda each: (each.stack, each.logical_id, each.why))
    return DriftReport(drifts=tuple(drifts), not_compared=tuple(others), compared=compared)
