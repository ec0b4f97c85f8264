"""Plan: read git and AWS, compare, change nothing."""

from collections.abc import Iterable

from mlops_gitops.desired.stack import DesiredStack, StackId, Template
from mlops_gitops.diff.compare import make_plan, needs_details
from mlops_gitops.diff.deployed import DeployedStack
from mlops_gitops.diff.plan import Action, Plan
from mlops_gitops.use_cases.check_inputs import check_inputs
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
    """Compare what should run with what does."""
    deployed = read_deployed(world)
    stacks = [stack for workload in desired.workloads for stack in workload.stacks]
    pairs = [(stack, deployed.get(stack.id)) for stack in stacks]
    templates = _templates(world, pairs)
    made = make_plan(
        commit=_commit(world),
        stages=tuple(stage.name for stage in world.settings.stages),
        pairs=[(stack, there, templates.get(stack.id)) for stack, there in pairs],
        deployed=deployed.values(),
        installation=world.settings.prefix,
        digests={workload.name: workload.bundle.digest for workload in desired.workloads},
    )
    moving = {change.workload for change in made.changes if change.action is not Action.KEEP}
    configs = [each.config for each in desired.workloads]
    check_inputs(world, [config for config in configs if config.workload in moving])
    return made


def read_deployed(world: World) -> dict[StackId, DeployedStack]:
    """Read every stack of every stage's account, one listing an account."""
    accounts = sorted({stage.account for stage in world.settings.stages})
    found = side_by_side(world.stacks.overview, accounts)
    return {stack.id: stack for stacks in found for stack in stacks}


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
