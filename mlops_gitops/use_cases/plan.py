"""Plan: read git and AWS, compare, change nothing."""

from collections.abc import Iterable, Sequence

from mlops_gitops.desired.stack import DesiredStack, StackId, Template
from mlops_gitops.diff.compare import make_plan, needs_details
from mlops_gitops.diff.deployed import DeployedStack
from mlops_gitops.diff.plan import Action, Plan
from mlops_gitops.errors import InvalidRepository
from mlops_gitops.problems import in_order
from mlops_gitops.use_cases.check_inputs import missing_packages
from mlops_gitops.use_cases.desire import Desired, desire
from mlops_gitops.use_cases.side_by_side import side_by_side
from mlops_gitops.use_cases.world import World


def plan(world: World) -> Plan:
    """Show what a deployment of the checked-out files would change.

    Raises:
        InvalidRepository: a config names an artifact or model package that is not there.
        Blocked: the accounts have not been prepared.
        AwsError: something could not be read, so nothing is concluded.
    """
    return plan_desired(world, desire(world))


def plan_desired(world: World, desired: Desired) -> Plan:
    """Compare what should run with what does.

    Raises:
        InvalidRepository: a config names an artifact or model package that is not there.
    """
    deployed = read_deployed(world)
    stacks = [stack for workload in desired.workloads for stack in workload.stacks]
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
    """Name the commit; `-dirty` says that settings or configs differ from it."""
    head = world.commits.head((world.settings.path, *world.settings.configs))
    if head is None:
        return ""
    return head.id if head.is_clean else f"{head.id}-dirty"
