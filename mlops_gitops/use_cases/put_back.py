"""Put back: drift-aware change sets, made at a gate or executed where there is none.

CodePipeline cannot make them, so where an execution waits at a gate its own change set, which is
made of the same bundle and sees no drift, is made anew under the same name. Whoever approves
compares it with the bundle as any other, and Deploy executes what carries that name.
"""

from collections.abc import Iterable
from hashlib import sha256

from mlops_gitops.desired.digest import digest_of
from mlops_gitops.desired.stack import DeployableStack, DesiredStack
from mlops_gitops.diff.change_set import ChangeSet, ChangeSetState
from mlops_gitops.diff.deployed import DeployedStack
from mlops_gitops.diff.states import Deployment, next_step, state_of
from mlops_gitops.errors import AwsError, Blocked
from mlops_gitops.pipeline.approval import PendingApproval
from mlops_gitops.pipeline.brakes import refuse_blocked
from mlops_gitops.pipeline.delivery import change_set_name
from mlops_gitops.status.drift import Drift
from mlops_gitops.use_cases.ask import uploaded
from mlops_gitops.use_cases.judge_gate import judge_gate
from mlops_gitops.use_cases.settle import settle
from mlops_gitops.use_cases.world import World

NAME = "mg-revert-"
"""How change sets begin that are executed without a gate."""
_FOLDER = "mlops_gitops_reverts"
_ID = 12
_EXISTS = "AlreadyExistsException"
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 3.0
_PATIENCE = 300.0
"""Seconds: CloudFormation reads every resource; hooks and macros may take minutes."""
_ALIVE = (ChangeSetState.AVAILABLE, ChangeSetState.EMPTY, ChangeSetState.PENDING)


class NothingSeen(Blocked):
    """CloudFormation finds nothing to put back: it does not look there, or it has been done."""


def put_back_now(world: World, stack: DesiredStack, drifts: Iterable[Drift]) -> None:
    """Bring a stack back that no gate stands before, and wait until it is.

    Whoever repeats it after a crash goes on with the change set that is there.

    Raises:
        NothingSeen: CloudFormation sees nothing that it could put back.
        Blocked: the stack is not ready.
        PolicyFailure: it would do what the stage blocks.
        AwsError: CloudFormation could not do it.
    """
    deployed = _ready(world, stack)
    name = _name(deployed, drifts)
    made = _proposed(world, stack.deployable(), name)
    if made.state is not ChangeSetState.EXECUTED:
        for stage in world.settings.places:
            if stage.name == stack.stage:
                refuse_blocked(world.settings, stage, judge_gate(world, made).risks)
        _execute(world, stack, name)
    _check(world, stack)


def prepare_at_gate(world: World, approval: PendingApproval, stack: DesiredStack) -> ChangeSet:
    """Let the change set that waits at a gate put back what was changed by hand, too.

    Args:
        world: the repository and AWS.
        approval: what waits.
        stack: of the stage; what it is made of is taken from the bundle that waits.

    Raises:
        NothingSeen: CloudFormation sees nothing that it could put back.
        Blocked: the change set cannot be deployed any more.
    """
    deployable = DeployableStack(
        id=stack.id,
        template=approval.shown.template,
        parameters=approval.shown.parameters,
        tags=approval.shown.tags,
        capabilities=stack.capabilities,
    )
    name = change_set_name(approval.execution_id)
    there = world.stacks.change_set(stack.id, name)
    if there is not None and not there.is_drift_aware:
        _refuse_dead(there)
        world.reverting.withdraw(stack.id, name)
    return _proposed(world, deployable, name)


def _ready(world: World, stack: DesiredStack) -> DeployedStack:
    deployed = settle(world.stacks, world.clock, stack.id)
    if deployed is None:
        hint = "`mlops-gitops apply` makes it."
        raise Blocked(f"There is no stack {stack.id}.", hint=hint)
    if state_of(deployed.status).deployment is not Deployment.UPDATE:
        hint = next_step(deployed.status, stack.id, "mlops-gitops drift --revert")
        raise Blocked(f"Stack {stack.id} is {deployed.status.value}.", hint=hint)
    return deployed


def _name(deployed: DeployedStack, drifts: Iterable[Drift]) -> str:
    """Name a change set: the same until the stack is updated, another one after that."""
    ids = sorted(each.id for each in drifts)
    told = "\0".join([*ids, str(deployed.updated_at)])
    return f"{NAME}{sha256(told.encode()).hexdigest()[:_ID]}"


def _proposed(world: World, stack: DeployableStack, name: str) -> ChangeSet:
    """Make a change set unless it is there, and wait for it."""
    pause, waited = _FIRST_PAUSE, 0.0
    while waited <= _PATIENCE:
        found = world.stacks.change_set(stack.id, name)
        if found is None:
            _propose(world, stack, name)
        elif found.state is not ChangeSetState.PENDING:
            return _useful(world, stack, found)
        world.clock.sleep(pause)
        waited += pause
        pause = min(pause * 1.5, _LONGEST_PAUSE)
    raise Blocked(
        f"Change set {name} of {stack.id} was not made in {_PATIENCE:.0f} s.",
        hint="Repeat the command.",
    )


def _propose(world: World, stack: DeployableStack, name: str) -> None:
    try:
        world.reverting.propose(stack, name, uploaded(world, stack, _FOLDER))
    except AwsError as error:
        # Somebody else does the same at this moment, and made the same.
        if error.code != _EXISTS:
            raise


def _useful(world: World, stack: DeployableStack, made: ChangeSet) -> ChangeSet:
    """Give a change set that is what was asked for and changes something."""
    if made.state is ChangeSetState.EMPTY:
        raise NothingSeen(
            f"CloudFormation sees nothing in {stack.id} that it could put back.",
            hint="It does not look at everything that `mlops-gitops drift` shows. Change it back "
            "where it was changed, or write it into the config with `mlops-gitops drift --accept`.",
        )
    if made.state in (ChangeSetState.FAILED, ChangeSetState.OBSOLETE):
        # Left there it would stand in the way of whoever tries again.
        world.reverting.withdraw(stack.id, made.name)
        reason = made.reason or "the stack was changed after it was made"
        raise Blocked(
            f"Change set {made.name} of {stack.id} is {made.state.value}: {reason}",
            hint="Mend the cause, then repeat the command.",
        )
    theirs = (digest_of(made.template), dict(made.parameters), dict(made.tags))
    ours = (digest_of(stack.template), dict(stack.parameters), dict(stack.tags))
    if theirs != ours:
        raise Blocked(
            f"Change set {made.name} of {stack.id} was made for something else.",
            hint="Run `mlops-gitops reject` for what waits there, then repeat the command.",
        )
    return made


def _refuse_dead(there: ChangeSet) -> None:
    if there.state not in _ALIVE:
        raise Blocked(
            f"Change set {there.name} of {there.stack} is {there.state.value}.",
            hint="Run `mlops-gitops reject` for it, then repeat the command.",
        )


def _execute(world: World, stack: DesiredStack, name: str) -> None:
    try:
        world.reverting.execute(stack.id, name)
    except AwsError:
        again = world.stacks.change_set(stack.id, name)
        if again is None or again.state is not ChangeSetState.EXECUTED:
            raise


def _check(world: World, stack: DesiredStack) -> None:
    after = settle(world.stacks, world.clock, stack.id)
    if after is not None and after.status.value == "UPDATE_COMPLETE":
        return
    failure = world.stacks.first_failure(stack.id) if after else None
    reason = f": {failure.logical_id}: {failure.reason}" if failure else "."
    raise AwsError(
        f"Stack {stack.id} is {after.status.value if after else 'gone'}{reason}",
        hint="Mend the cause, then repeat the command.",
    )
