"""Plan: read git and AWS, compare, change nothing."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import assert_never

from mlops_gitops.config.named_files import globs_of
from mlops_gitops.desired.names import delivery_stack, stage_stack, workload_stack
from mlops_gitops.desired.stack import DesiredStack, StackId, Template
from mlops_gitops.diff.compare import make_plan, needs_details
from mlops_gitops.diff.deployed import DeployedStack
from mlops_gitops.diff.plan import Action, Method, Plan
from mlops_gitops.diff.redact import redacted
from mlops_gitops.errors import InvalidRepository
from mlops_gitops.problems import in_order
from mlops_gitops.use_cases.check_inputs import missing_packages
from mlops_gitops.use_cases.desire import Desired, desire
from mlops_gitops.use_cases.judge import judge
from mlops_gitops.use_cases.side_by_side import side_by_side
from mlops_gitops.use_cases.world import World

_FEW = 10
"""Stacks of one account that are read singly: a page lists a hundred, and nobody knows how many
pages there are."""


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
    return plan_by(world, desire(world), method)


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
    pairs = [(stack, deployed.get(stack.id)) for stack in stacks]
    templates = _templates(world, pairs)
    made = make_plan(
        commit=_commit(world),
        stages=_columns(world, stacks),
        pairs=[(stack, there, templates.get(stack.id)) for stack, there in pairs],
        deployed=deployed.values(),
        installation=world.settings.prefix,
        digests={workload.name: workload.bundle.digest for workload in desired.workloads},
    )
    made = replace(made, since=world.repository.since)
    moving = {change.workload for change in made.changes if change.action is not Action.KEEP}
    configs = [each.config for each in desired.workloads]
    packages = missing_packages(world, [each for each in configs if each.workload in moving])
    if problems := (*desired.problems, *packages):
        raise InvalidRepository(in_order(problems))
    return made


def read_deployed(world: World) -> dict[StackId, DeployedStack]:
    """Read every stack of every stage's account, one listing an account."""
    found = side_by_side(world.stacks.overview, world.settings.accounts)
    return {stack.id: stack for stacks in found for stack in stacks}


def read_part(world: World, stacks: Sequence[DesiredStack]) -> dict[StackId, DeployedStack]:
    """Read some stacks, and those that the touched files declared before; no others.

    A few in an account are asked for one by one, more are listed with all that is there.
    """
    wanted = {stack.id for stack in stacks} | set(_former(world))
    accounts = Counter(id_.account for id_ in wanted)
    many = sorted(account for account, count in accounts.items() if count > _FEW)
    singly = sorted(id_ for id_ in wanted if id_.account not in many)
    found = [stack for page in side_by_side(world.stacks.overview, many) for stack in page]
    found += [stack for stack in side_by_side(world.stacks.find, singly) if stack is not None]
    return {stack.id: stack for stack in found if stack.id in wanted}


def _former(world: World) -> Iterator[StackId]:
    """Name every stack that could be there of what the touched files declared before."""
    settings = world.settings
    for config in world.repository.former:
        name = workload_stack(settings, config)
        yield from (stage_stack(settings, name, stage) for stage in settings.places)
        yield StackId(settings.orchestrator_account, settings.region, delivery_stack(name))


def _columns(world: World, stacks: Sequence[DesiredStack]) -> tuple[str, ...]:
    """Name the stages of the settings, and the orchestrator's if something runs there."""
    used = {stack.stage for stack in stacks} | {stage.name for stage in world.settings.stages}
    return tuple(stage.name for stage in world.settings.places if stage.name in used)


def _templates(
    world: World, pairs: Iterable[tuple[DesiredStack, DeployedStack | None]]
) -> dict[StackId, Template]:
    wanted = [there.id for stack, there in pairs if there and needs_details(stack, there)]
    return dict(zip(wanted, side_by_side(world.stacks.template, wanted), strict=True))


def _commit(world: World) -> str:
    """Name the commit; `-dirty` says that settings, configs or what they name differ from it."""
    named = [name for config in world.repository.configs for name in config.named]
    head = world.commits.head((world.settings.path, *world.settings.configs, *globs_of(named)))
    if head is None:
        return ""
    return head.id if head.is_clean else f"{head.id}-dirty"
