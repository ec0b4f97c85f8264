"""Ask: let CloudFormation say what a deployment would do, and leave nothing behind."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
from threading import Event

from mlops_gitops.desired.stack import DeployableStack, DesiredStack, StackId
from mlops_gitops.desired.template_text import LONGEST_SENT, template_text
from mlops_gitops.diff.change_set import ChangeSet, ChangeSetState
from mlops_gitops.errors import AwsError
from mlops_gitops.ports import Clock, Stacks
from mlops_gitops.use_cases.world import World

OURS = "mg-plan-"
"""How the change sets of plans begin; the role that plans may make and delete no others."""

_FOLDER = "mlops_gitops_questions"
"""Apart from all that is deployed: whoever plans, such as a pull request, may write here."""
_AT_ONCE = 8
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 3.0
_TRIES = 30
_BEING_MADE = "InvalidChangeSetStatus"
"""CloudFormation's code where a change set cannot be deleted yet."""
_GC = "`mlops-gitops gc` deletes it later."
_PATIENCE = 300.0
"""Seconds: a change set takes seconds; hooks and macros may take minutes."""


def ask_cloudformation(world: World, stacks: Sequence[DesiredStack]) -> Mapping[StackId, ChangeSet]:
    """Ask about stacks that exist, several at once; a refusal is a change set that failed.

    Every change set is deleted again, also where somebody interrupts: what is under way is
    ended then, and what has not begun never begins.
    """
    stop, pool = Event(), ThreadPoolExecutor(_AT_ONCE)
    try:
        answers = pool.map(lambda stack: _ask(world, stack.deployable(), stop), stacks)
        return {stack.id: answer for stack, answer in zip(stacks, answers, strict=True)}
    finally:
        stop.set()
        pool.shutdown(cancel_futures=True)


def _ask(world: World, stack: DeployableStack, stop: Event) -> ChangeSet:
    name = f"{OURS}{world.clock.now():%Y%m%dT%H%M%S%f}"
    try:
        world.stacks.propose(stack, name, uploaded(world, stack, _FOLDER))
        answer = _made(world, stack, name, stop)
    except AwsError as refusal:
        answer = _unanswered(stack, name, refusal.message)
    finally:
        # Also where the answer to the request never came: it may have been carried out.
        left = left_behind(world.stacks, world.clock, stack.id, name)
    if left:
        answer = _unanswered(stack, name, " ".join(filter(None, (answer.reason, left, _GC))))
    # The name is another at every plan, and two plans of the same world are to be the same.
    return replace(answer, name=OURS, reason=answer.reason.replace(name, OURS))


def left_behind(stacks: Stacks, clock: Clock, id_: StackId, name: str) -> str:
    """Delete a change set; say why where it stays, else nothing."""
    for _ in range(_TRIES):
        try:
            stacks.withdraw(id_, name)
        except AwsError as refusal:
            if refusal.code != _BEING_MADE:
                return refusal.message
            clock.sleep(_FIRST_PAUSE)
        else:
            return ""
    return f"Change set {name} of {id_} is still being made."


def uploaded(world: World, stack: DeployableStack, folder: str) -> str:
    """Put a template into the bucket that is too long to be sent; give its address, else ''.

    Args:
        world: AWS.
        stack: whose template it is.
        folder: of the bucket; who may write there decides what may be read from there.
    """
    text = template_text(stack.template).encode()
    if len(text) <= LONGEST_SENT:
        return ""
    digest = sha256(text).hexdigest()
    key = f"{folder}/{digest}/template.json"
    if world.assets.latest(key) is None:
        world.assets.write(key, text, digest)
    return world.assets.url(key)


def _made(world: World, stack: DeployableStack, name: str, stop: Event) -> ChangeSet:
    pause, waited = _FIRST_PAUSE, 0.0
    while not stop.is_set():
        found = world.stacks.change_set(stack.id, name)
        if found is None:
            return _unanswered(stack, name, "the change set was deleted by somebody else")
        if found.state is not ChangeSetState.PENDING:
            return found
        if waited > _PATIENCE:
            return _unanswered(stack, name, f"the change set was not made in {_PATIENCE:.0f} s")
        world.clock.sleep(pause)
        waited += pause
        pause = min(pause * 1.5, _LONGEST_PAUSE)
    return _unanswered(stack, name, "interrupted")


def _unanswered(stack: DeployableStack, name: str, reason: str) -> ChangeSet:
    return ChangeSet(
        stack=stack.id,
        name=name,
        state=ChangeSetState.FAILED,
        reason=reason,
        template=stack.template,
        parameters=stack.parameters,
        tags=stack.tags,
        changes=(),
    )
