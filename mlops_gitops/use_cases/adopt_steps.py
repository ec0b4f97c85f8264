"""The steps of an adoption: each looks before it acts, and CloudFormation says first what it does.

Every change goes through a change set, which is read before it is executed: whatever it would
delete or replace, other than leaving behind what is taken, keeps it from being executed.
"""

from collections.abc import Callable, Collection, Mapping
from hashlib import sha256

from mlops_gitops.desired.stack import StackId, Template
from mlops_gitops.desired.template_text import template_text
from mlops_gitops.diff.adoption import Adoption, Step
from mlops_gitops.diff.change_set import ChangeSet, ChangeSetState
from mlops_gitops.diff.deployed import DeployedStack, StackStatus
from mlops_gitops.diff.plan import Action, ResourceChange
from mlops_gitops.diff.stack_set import OperationState
from mlops_gitops.errors import AwsError, Blocked
from mlops_gitops.ports.adopting import Kind, Proposal
from mlops_gitops.use_cases.adopt import Found, Search
from mlops_gitops.use_cases.adopt_pipelines import remove_pipeline
from mlops_gitops.use_cases.settle import settle
from mlops_gitops.use_cases.world import World

PREFIX = "mg-adopt-"
"""How the change sets of adoptions begin; the role for repairs may make and execute no others."""
_ROLE = "mlops-gitops-cfn"
_PAUSE, _PATIENCE = 0.5, 300.0
_DONE = {
    StackStatus.CREATE_COMPLETE,
    StackStatus.UPDATE_COMPLETE,
    StackStatus.IMPORT_COMPLETE,
}

Say = Callable[[str, str], None]
"""Is told a workload's name and what is being done."""


def adopt(world: World, search: Search, say: Say) -> None:
    """Do every step that is left; a crash or failure in between loses nothing.

    Raises:
        Blocked: something found cannot be adopted; nothing was changed.
        AwsError: a step failed; whoever repeats the command goes on from there.
    """
    for each in search.adoptions.refusals:
        raise Blocked(each.refused, hint=each.hint)
    for pipeline in search.adoptions.pipelines:
        say(pipeline.workload, f"deleting the old delivery pipeline, stack {pipeline.stack}")
        remove_pipeline(world, pipeline)
    for found in search.found:
        for step in found.adoption.steps:
            say(found.adoption.workload, _words(step, found.adoption))
            _STEPS[step](world, found)


def _words(step: Step, adoption: Adoption) -> str:
    match step:
        case Step.DETACH:
            return f"detaching stack {adoption.source} from StackSet {adoption.stack_set}"
        case Step.RETAIN:
            return f"telling stack {adoption.source} to leave behind what it will lose"
        case Step.RELEASE:
            return f"taking it out of stack {adoption.source}"
        case Step.IMPORT:
            return f"importing it into stack {adoption.into}"


def _detach(world: World, found: Found) -> None:
    adoption = found.adoption
    name = adoption.stack_set
    operation = world.stack_sets.detach(name, adoption.into.account, adoption.into.region)
    waited = 0.0
    while waited < _PATIENCE:
        done = world.stack_sets.operation(name, operation)
        if done.state is OperationState.SUCCEEDED:
            return
        if done.state is OperationState.FAILED:
            reason = "; ".join(f"{each.account}: {each.reason}" for each in done.results)
            raise AwsError(f"StackSet {name} could not be detached: {reason}", hint=_AGAIN)
        world.clock.sleep(_PAUSE)
        waited += _PAUSE
    raise Blocked(f"Operation {operation} of StackSet {name} still runs.", hint=_AGAIN)


_AGAIN = "Repeat `mlops-gitops adopt`: it goes on where it stopped."


def _retain(world: World, found: Found) -> None:
    _update(world, found, Step.RETAIN, frozenset())


def _release(world: World, found: Found) -> None:
    gone = {each.was for each in found.adoption.taken} | set(found.adoption.sheds)
    _update(world, found, Step.RELEASE, gone)


def _update(world: World, found: Found, step: Step, gone: Collection[str]) -> None:
    old = found.adoption.source or found.desired.id
    proposal = _proposal(world, old, Kind.UPDATE, found.templates[step], found)
    _carry_out(world, proposal, gone)


def _import(world: World, found: Found) -> None:
    template = found.templates[Step.IMPORT]
    proposal = _proposal(world, found.desired.id, Kind.IMPORT, template, found)
    _carry_out(world, proposal, frozenset())


def _proposal(world: World, id_: StackId, kind: Kind, template: Template, found: Found) -> Proposal:
    there = world.stacks.find(id_)
    exists = there is not None and there.status is not StackStatus.REVIEW_IN_PROGRESS
    digest = sha256(template_text(template).encode()).hexdigest()
    return Proposal(
        id=id_,
        name=f"{PREFIX}{kind.value.lower()}-{digest[:12]}",
        kind=kind,
        template=template,
        parameters=sorted(there.parameters) if there is not None and exists else (),
        imported=found.taken if kind is Kind.IMPORT else (),
        # An old stack changes in the name of whoever does it, who may delete nothing of it.
        role_arn=_role(world, id_) if id_ == found.desired.id else "",
    )


def _role(world: World, id_: StackId) -> str:
    """Name the role of every later deployment; the predecessor's goes with its pipeline."""
    partition = world.identity.arn().split(":")[1]
    return f"arn:{partition}:iam::{id_.account}:role/{_ROLE}"


def _carry_out(world: World, proposal: Proposal, gone: Collection[str]) -> None:
    """Have a change set made, look at what it does, and execute it.

    Raises:
        Blocked: it would delete or replace something.
        AwsError: it was not made, or failed; the stack is as it was.
    """
    made = _made(world, proposal)
    if made.state is not ChangeSetState.AVAILABLE:
        _tidy(world, proposal)
        raise AwsError(
            f"CloudFormation does not change {proposal.id}: {made.reason}",
            hint=f"Nothing was changed. Mend the cause. {_AGAIN}",
        )
    if harm := _harm(made, gone):
        _tidy(world, proposal)
        raise Blocked(
            f"CloudFormation would also {harm} in {proposal.id}.",
            hint="Nothing was changed. Undo by hand what the stack does not know of, "
            "then repeat the command.",
        )
    world.stacks.execute(proposal.id, proposal.name)
    _check(world, settle(world.stacks, world.clock, proposal.id), proposal)


def _made(world: World, proposal: Proposal) -> ChangeSet:
    """Make a change set, or go on with the one of the same content that a crash left."""
    found = world.stacks.change_set(proposal.id, proposal.name)
    usable = (ChangeSetState.AVAILABLE, ChangeSetState.PENDING)
    if found is not None and found.state not in usable:
        world.adopting.withdraw(proposal.id, proposal.name)
        found = None
    if found is None:
        world.adopting.propose(proposal)
    waited = 0.0
    while waited < _PATIENCE:
        found = world.stacks.change_set(proposal.id, proposal.name)
        if found is not None and found.state is not ChangeSetState.PENDING:
            return found
        world.clock.sleep(_PAUSE)
        waited += _PAUSE
    raise Blocked(f"Change set {proposal.name} of {proposal.id} is not made yet.", hint=_AGAIN)


def _harm(made: ChangeSet, gone: Collection[str]) -> str:
    """Say what a change set would delete or replace; empty if nothing."""
    for change in made.changes:
        what = f"{change.logical_id} ({change.resource_type})"
        if change.action is Action.DELETE and not (change.retained and change.logical_id in gone):
            return f"delete {what}"
        if change.action is Action.REPLACE and not _only_follows(change):
            return f"replace {what}"
    return ""


def _only_follows(change: ResourceChange) -> bool:
    """Whether it is replaced only if what it refers to is; then that is what is refused."""
    return not change.certain and change.because.startswith("follows ")


def _tidy(world: World, proposal: Proposal) -> None:
    """Delete a change set that is not executed, and the shell of a stack that it made."""
    world.adopting.withdraw(proposal.id, proposal.name)
    left = world.stacks.find(proposal.id)
    if left is not None and left.status is StackStatus.REVIEW_IN_PROGRESS:
        world.stacks.delete(proposal.id)


def _check(world: World, stack: DeployedStack | None, proposal: Proposal) -> None:
    if stack is not None and stack.status in _DONE:
        return
    failure = world.stacks.first_failure(proposal.id) if stack is not None else None
    reason = f": {failure.logical_id}: {failure.reason}" if failure else "."
    status = stack.status.value if stack is not None else "gone"
    raise AwsError(
        f"Stack {proposal.id} is {status}{reason}",
        hint=f"What serves was not touched. Mend the cause. {_AGAIN}",
    )


_STEPS: Mapping[Step, Callable[[World, Found], None]] = {
    Step.DETACH: _detach,
    Step.RETAIN: _retain,
    Step.RELEASE: _release,
    Step.IMPORT: _import,
}
