"""CloudFormation in a dict: operations take one step, and roll back where a test says so."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from mlops_gitops.adapters.memory.atomic import atomic
from mlops_gitops.adapters.memory.record import Record, record_of, shell_of
from mlops_gitops.desired.stack import DeployableStack, StackId, Template
from mlops_gitops.diff.change_set import ChangeSet, ChangeSetName, ChangeSetState
from mlops_gitops.diff.deployed import DeployedStack, StackStatus
from mlops_gitops.diff.facts import registry_facts
from mlops_gitops.diff.plan import ResourceChange, Verdict
from mlops_gitops.diff.states import Deployment, state_of
from mlops_gitops.diff.template import NOTHING, diff_resources, see
from mlops_gitops.errors import AwsError
from mlops_gitops.ports import StackResource

_EMPTY = "The submitted information didn't contain changes."


@dataclass(frozen=True, slots=True)
class _Prepared:
    change_set: ChangeSet
    stack: DeployableStack
    revision: int
    created_at: datetime
    imports: bool = False


@atomic
class MemoryStacks:
    """Stacks of every account.

    Args:
        now: gives the time.

    Attributes:
        broken: name of a stack -> the resource that fails in its next operations.
        refusing: name of a stack -> why its next change sets fail.
        stuck: name of a stack -> the status in which its next operation ends.
        put_back: is told of each stack whose resources are what they were deployed as again.
        by_hand: what somebody did to resources of a stack outside of CloudFormation, as a
            drift-aware change set tells it.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.broken: dict[str, StackResource] = {}
        self.refusing: dict[str, str] = {}
        self.stuck: dict[str, StackStatus] = {}
        self.by_hand: dict[StackId, tuple[ResourceChange, ...]] = {}
        self.put_back: Callable[[StackId], None] = lambda _: None
        self._now = now
        self._records: dict[StackId, Record] = {}
        self._prepared: dict[tuple[StackId, str], _Prepared] = {}

    def records(self, account: str) -> tuple[Record, ...]:
        """List an account's stacks with what they were made from."""
        return tuple(each for id_, each in self._records.items() if id_.account == account)

    def overview(self, account: str) -> tuple[DeployedStack, ...]:
        """List an account's stacks."""
        return tuple(record.deployed for record in self.records(account))

    def find(self, id_: StackId) -> DeployedStack | None:
        """Find one stack; None if there is none by that name."""
        record = self._records.get(id_)
        return record.deployed if record else None

    def template(self, id_: StackId) -> Template:
        """Read the template that a stack was deployed with."""
        return self._existing(id_).template

    def resources(self, id_: StackId) -> tuple[StackResource, ...]:
        """List a stack's resources."""
        return self._existing(id_).resources()

    def first_failure(self, id_: StackId) -> StackResource | None:
        """Find the first resource that failed in the newest operation, with the reason."""
        return self._existing(id_).failure

    def change_set(self, id_: StackId, name: str) -> ChangeSet | None:
        """Read a change set as it stands now; None if there is none."""
        prepared = self._prepared.get((id_, name))
        if prepared is None:
            return None
        made = prepared.change_set
        moved = self._existing(id_).revision != prepared.revision
        if moved and made.state is ChangeSetState.AVAILABLE:
            return replace(made, state=ChangeSetState.OBSOLETE)
        return made

    def create(self, stack: DeployableStack) -> None:
        """Start to create a stack; one that exists is no error."""
        if stack.id not in self._records:
            self._start(stack, StackStatus.CREATE_IN_PROGRESS, before=None)

    def update(self, stack: DeployableStack) -> None:
        """Start to update a stack; nothing to update is no error."""
        record = self._existing(stack.id)
        if state_of(record.deployed.status).deployment is not Deployment.UPDATE:
            raise _refused(stack.id, f"is in {record.deployed.status.value} state")
        if not record.is_same(stack):
            self._start(stack, StackStatus.UPDATE_IN_PROGRESS, before=record)

    def delete(self, id_: StackId) -> None:
        """Start to delete a stack; none to delete is no error."""
        record = self._records.get(id_)
        if record is not None:
            self._settle(record, StackStatus.DELETE_IN_PROGRESS)

    def delete_leaving(self, id_: StackId, retain: Sequence[str]) -> None:
        """Start to delete a stack that could not be deleted, and leave some of its resources.

        Raises:
            AwsError: it has not failed to be deleted.
        """
        record = self._existing(id_)
        if retain and record.deployed.status is not StackStatus.DELETE_FAILED:
            raise _refused(id_, f"is in {record.deployed.status.value} state")
        self._settle(record, StackStatus.DELETE_IN_PROGRESS)

    def roll_back(self, id_: StackId, stuck: Collection[StackStatus]) -> None:
        """Start to bring a stack that is stuck in one of these back to its last good state.

        Raises:
            AwsError: it is in none of them.
        """
        record = self._existing(id_)
        if record.deployed.status not in stuck:
            raise _refused(id_, f"is in {record.deployed.status.value} state")
        before = record.before
        if before is None:  # as CloudFormation does: there is nothing to go back to
            self._settle(record, StackStatus.DELETE_IN_PROGRESS)
        else:
            rolled_back = replace(before, revision=record.revision)
            self._settle(rolled_back, StackStatus.UPDATE_ROLLBACK_IN_PROGRESS)

    def prepare(self, stack: DeployableStack, name: str) -> ChangeSet:
        """Make a change set, in place of one of the same name.

        Raises:
            AwsError: the stack can be neither created nor updated as it is.
        """
        record = self._records.setdefault(stack.id, shell_of(stack.id, stack.tags))
        if state_of(record.deployed.status).verdict is not Verdict.READY:
            raise _refused(stack.id, f"is in {record.deployed.status.value} state")
        made = _change_set(record, stack, name)
        self._prepared[stack.id, name] = _Prepared(made, stack, record.revision, self._now())
        return made

    def propose(self, stack: DeployableStack, name: str, template_url: str) -> None:  # noqa: ARG002 -- the template is at hand
        """Start to make a change set of a stack that exists; nothing is deployed by it."""
        record = self._existing(stack.id)
        if state_of(record.deployed.status).deployment is not Deployment.UPDATE:
            raise _refused(stack.id, f"is in {record.deployed.status.value} state")
        if (stack.id, name) in self._prepared:
            raise _refused(stack.id, f"has a change set {name}")
        made = _change_set(record, stack, name)
        if reason := self.refusing.get(stack.id.name):
            made = replace(made, state=ChangeSetState.FAILED, reason=reason, changes=())
        self._prepared[stack.id, name] = _Prepared(made, stack, record.revision, self._now())

    def import_with(self, id_: StackId, name: str, changes: tuple[ResourceChange, ...]) -> None:
        """Let a change set import what it would make."""
        prepared = self._prepared[id_, name]
        made = replace(prepared.change_set, changes=changes)
        self._prepared[id_, name] = replace(prepared, change_set=made, imports=True)

    def look_at_drift(self, id_: StackId, name: str) -> None:
        """Let a change set put back what was done by hand, too."""
        prepared = self._prepared[id_, name]
        self._prepared[id_, name] = replace(
            prepared, change_set=with_drift(prepared.change_set, self.by_hand.get(id_, ()))
        )

    def change_sets(self, id_: StackId) -> tuple[ChangeSetName, ...]:
        """List a stack's change sets; none if there is no such stack."""
        return tuple(
            ChangeSetName(name=name, created_at=each.created_at)
            for (stack, name), each in self._prepared.items()
            if stack == id_
        )

    def withdraw(self, id_: StackId, name: str) -> None:
        """Delete a change set; none to delete is no error."""
        self._prepared.pop((id_, name), None)

    def execute(self, id_: StackId, name: str) -> None:
        """Start to deploy a change set; one without changes does nothing.

        Raises:
            AwsError: there is none, or it cannot be deployed any more.
        """
        change_set = self.change_set(id_, name)
        if change_set is None:
            raise _refused(id_, f"has no change set {name}")
        if change_set.state is ChangeSetState.EMPTY:
            return
        if change_set.state is not ChangeSetState.AVAILABLE:
            raise _refused(id_, f"has change set {name}, which is {change_set.state.value}")
        prepared = self._prepared[id_, name]
        others = [key for key in self._prepared if key[0] == id_]
        for key in others:  # as CloudFormation does: none of them fits the stack any more
            del self._prepared[key]
        if change_set.is_drift_aware:
            self.by_hand.pop(id_, None)
            self.put_back(id_)
        executed = replace(change_set, state=ChangeSetState.EXECUTED)
        self._prepared[id_, name] = replace(prepared, change_set=executed)
        record = self._records[id_]
        exists = state_of(record.deployed.status).exists
        if prepared.imports:
            before = record if exists else None
            self._start(prepared.stack, StackStatus.IMPORT_IN_PROGRESS, before=before)
        elif exists:
            self._start(prepared.stack, StackStatus.UPDATE_IN_PROGRESS, before=record)
        else:
            self._start(prepared.stack, StackStatus.CREATE_IN_PROGRESS, before=None)

    def is_busy(self) -> bool:
        """Whether an operation runs."""
        return any(_is_busy(each.deployed) for each in self._records.values())

    def advance(self) -> tuple[Record, ...]:
        """End every operation that runs; give the stacks that are complete now."""
        busy = [each for each in self._records.values() if _is_busy(each.deployed)]
        return tuple(done for each in busy if (done := self._end(each)) is not None)

    def _existing(self, id_: StackId) -> Record:
        if id_ not in self._records:
            raise _refused(id_, "does not exist")
        return self._records[id_]

    def _start(self, stack: DeployableStack, status: StackStatus, *, before: Record | None) -> None:
        there = self._records.get(stack.id)
        revision = there.revision + 1 if there else 1
        self._records[stack.id] = record_of(stack, status, before=before, revision=revision)

    def _end(self, record: Record) -> Record | None:
        id_, status = record.deployed.id, record.deployed.status
        if stuck := self.stuck.pop(id_.name, None):
            self._settle(record, stuck)
            return None
        if status is StackStatus.DELETE_IN_PROGRESS:
            del self._records[id_]
            for key in [key for key in self._prepared if key[0] == id_]:
                del self._prepared[key]
            return None
        if status is StackStatus.UPDATE_ROLLBACK_IN_PROGRESS:
            self._settle(record, StackStatus.UPDATE_ROLLBACK_COMPLETE)
            return None
        failure = self.broken.get(id_.name)
        if failure is None:
            return self._settle(record, _COMPLETE[status], outputs=record.outputs())
        rolled_back = replace(record.before or record, failure=failure, revision=record.revision)
        self._settle(rolled_back, _ROLLED_BACK[status])
        return None

    def _settle(
        self, record: Record, status: StackStatus, outputs: dict[str, str] | None = None
    ) -> Record:
        deployed = replace(record.deployed, status=status, updated_at=self._now())
        if outputs is not None:
            deployed = replace(deployed, outputs=outputs)
        settled = replace(record, deployed=deployed)
        self._records[deployed.id] = settled
        return settled


_COMPLETE = {
    StackStatus.CREATE_IN_PROGRESS: StackStatus.CREATE_COMPLETE,
    StackStatus.UPDATE_IN_PROGRESS: StackStatus.UPDATE_COMPLETE,
    StackStatus.IMPORT_IN_PROGRESS: StackStatus.IMPORT_COMPLETE,
}
_ROLLED_BACK = {
    StackStatus.CREATE_IN_PROGRESS: StackStatus.ROLLBACK_COMPLETE,
    StackStatus.UPDATE_IN_PROGRESS: StackStatus.UPDATE_ROLLBACK_COMPLETE,
    StackStatus.IMPORT_IN_PROGRESS: StackStatus.IMPORT_ROLLBACK_COMPLETE,
}


def _is_busy(deployed: DeployedStack) -> bool:
    return state_of(deployed.status).verdict is Verdict.BUSY


def _change_set(record: Record, stack: DeployableStack, name: str) -> ChangeSet:
    is_there = state_of(record.deployed.status).exists
    empty = is_there and record.is_same(stack)
    after = see(stack.template, stack.parameters, stack.id)
    changes = diff_resources(record.seen if is_there else NOTHING, after, registry_facts())
    return ChangeSet(
        stack=stack.id,
        name=name,
        state=ChangeSetState.EMPTY if empty else ChangeSetState.AVAILABLE,
        reason=_EMPTY if empty else "",
        template=stack.template,
        parameters=dict(stack.parameters),
        tags=dict(stack.tags),
        changes=() if empty else changes,
    )


def with_drift(made: ChangeSet, by_hand: tuple[ResourceChange, ...]) -> ChangeSet:
    """Make a change set drift-aware."""
    drifted = frozenset(each.logical_id for each in by_hand)
    others = tuple(each for each in made.changes if each.logical_id not in drifted)
    aware = replace(
        made,
        is_drift_aware=True,
        drifted=drifted,
        changes=tuple(sorted((*others, *by_hand), key=lambda each: each.logical_id)),
    )
    if not by_hand or made.state is not ChangeSetState.EMPTY:
        return aware
    return replace(aware, state=ChangeSetState.AVAILABLE, reason="")


def _refused(id_: StackId, why: str) -> AwsError:
    return AwsError(
        f"AWS said ValidationError: Stack {id_} {why}.",
        hint="Repeat the command; what was done so far is not done twice.",
        code="ValidationError",
    )
