"""Plan: read git and AWS, compare, change nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import assert_never

from mlops_gitops.config.moved import find_moved
from mlops_gitops.config.named_files import globs_of
from mlops_gitops.desired.stack import DesiredStack
from mlops_gitops.diff.compare import Pair, make_plan, needs_details
from mlops_gitops.diff.deployed import DeployedStack
from mlops_gitops.diff.plan import Action, Method, Plan
from mlops_gitops.diff.redact import redacted
from mlops_gitops.errors import InvalidRepository
from mlops_gitops.problems import in_order
from mlops_gitops.use_cases.check_inputs import missing_packages
from mlops_gitops.use_cases.desire import Desired, desire, left_of
from mlops_gitops.use_cases.judge import judge
from mlops_gitops.use_cases.read_stacks import read_deployed, read_part
from mlops_gitops.use_cases.refused import with_refusals
from mlops_gitops.use_cases.side_by_side import side_by_side
from mlops_gitops.use_cases.world import World

_AT_A_TIME = 100
"""Stacks whose templates are held at once: a thousand of them would fill hundreds of megabytes."""


def plan(world: World, method: Method = Method.TEMPLATE) -> Plan:
    """Show what a deployment of the checked-out files would change.

    Of a part of the repository only that part is shown, and no more of AWS is read than it needs.

    Raises:
        InvalidRepository: a config names an artifact or model package that is not there.
        Blocked: the accounts have not been prepared.
        AwsError: something could not be read, so nothing is concluded.
    """
    repository = world.repository
    if repository.since and not (repository.configs or repository.former):
        return _nothing(world)
    desired = desire(world)
    made = plan_by(world, desired, method)
    return with_refusals(world, desired, made)


def plan_by(world: World, desired: Desired, method: Method) -> Plan:
    """Compare what should run with what does, or have CloudFormation do it where it can.

    Raises:
        InvalidRepository: a config names an artifact or model package that is not there.
    """
    made = plan_desired(world, desired)
    match method:
        case Method.TEMPLATE:
            return made
        case Method.CHANGE_SET:
            stacks = (stack for workload in desired.workloads for stack in workload.stacks)
            return redacted(judge(world, made, stacks))
        case _:
            assert_never(method)


def _nothing(world: World) -> Plan:
    """Plan a change that touches no config: AWS need not be asked."""
    return Plan(
        commit=_commit(world),
        stages=_columns(world, ()),
        changes=(),
        digests={},
        since=world.repository.since,
    )


def plan_desired(world: World, desired: Desired) -> Plan:
    """Compare what should run with what does.

    Raises:
        InvalidRepository: a config names an artifact or model package that is not there.
    """
    stacks = [stack for workload in desired.workloads for stack in workload.stacks]
    deployed = read_part(world, stacks) if world.repository.since else read_deployed(world)
    desired = left_of(desired, deployed)
    stacks = [stack for workload in desired.workloads for stack in workload.stacks]
    pairs = [(stack, deployed.get(stack.id)) for stack in stacks]
    made = make_plan(
        commit=_commit(world),
        stages=_columns(world, stacks),
        pairs=_with_templates(world, pairs),
        deployed=deployed.values(),
        installation=world.settings.prefix,
        digests={workload.name: workload.bundle.digest for workload in desired.workloads},
    )
    repository = world.repository
    moved = find_moved(repository.former, repository.configs, repository.rest)
    made = replace(made, since=repository.since, moved=moved)
    moving = {change.workload for change in made.changes if change.action is not Action.KEEP}
    configs = [each.config for each in desired.workloads]
    packages = missing_packages(world, [each for each in configs if each.workload in moving])
    if problems := (*desired.problems, *packages):
        raise InvalidRepository(in_order(problems))
    return made


def _columns(world: World, stacks: Sequence[DesiredStack]) -> tuple[str, ...]:
    """Name the stages of the settings, and the orchestrator's if something runs there."""
    used = {stack.stage for stack in stacks} | {stage.name for stage in world.settings.stages}
    return tuple(stage.name for stage in world.settings.places if stage.name in used)


def _with_templates(
    world: World, pairs: Sequence[tuple[DesiredStack, DeployedStack | None]]
) -> Iterator[Pair]:
    """Give pairs with their templates, of which no more are held than are read at a time."""
    for start in range(0, len(pairs), _AT_A_TIME):
        # A generator of its own: what it holds is gone before the next part is read.
        yield from _part(world, pairs[start : start + _AT_A_TIME])


def _part(
    world: World, pairs: Sequence[tuple[DesiredStack, DeployedStack | None]]
) -> Iterator[Pair]:
    wanted = [there.id for stack, there in pairs if there and needs_details(stack, there)]
    found = dict(zip(wanted, side_by_side(world.stacks.template, wanted), strict=True))
    for stack, there in pairs:
        yield stack, there, found.get(stack.id)


def _commit(world: World) -> str:
    """Name the commit; `-dirty` says that settings, configs or what they name differ from it."""
    named = [name for config in world.repository.configs for name in config.named]
    head = world.commits.head((world.settings.path, *world.settings.configs, *globs_of(named)))
    if head is None:
        return ""
    return head.id if head.is_clean else f"{head.id}-dirty"
