"""Judge a change set at a gate: which risks it has, and what nobody can tell of it before."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from mlops_gitops.desired.stack import Template
from mlops_gitops.diff.change_set import ChangeSet, ChangeSetState
from mlops_gitops.diff.deployed import DeployedStack, StackStatus
from mlops_gitops.diff.plan import Action, ResourceChange, Risk, Verdict
from mlops_gitops.diff.redact import redacted_risks
from mlops_gitops.diff.risk import risks_of
from mlops_gitops.diff.states import state_of
from mlops_gitops.diff.template import NOTHING, Seen, decides_itself, see
from mlops_gitops.diff.unprovable import why_unprovable

_JUDGED = (Action.CREATE, Action.UPDATE, Action.REPLACE, Action.DELETE)
"""What `risks_of` knows the risks of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What is known of a change set before it is deployed.

    Attributes:
        risks: why to look twice, the most severe first; without secrets.
        unknown: what cannot be told; where there is something, no risk is ruled out.
        is_first: whether the stack is not there yet, so that there is nothing to compare with.
    """

    risks: tuple[Risk, ...] = ()
    unknown: tuple[str, ...] = ()
    is_first: bool = False


def exists(deployed: DeployedStack | None) -> bool:
    """Whether there is something deployed that a change set can be compared with."""
    return deployed is not None and state_of(deployed.status).exists


def judge_change_set(
    change_set: ChangeSet, deployed: DeployedStack | None, template: Template
) -> Judged:
    """Judge what deploying a change set would do to what runs just now.

    Args:
        change_set: as it stands now.
        deployed: the stack as AWS tells it now; None where it knows none.
        template: the deployed one; not looked at where nothing is deployed.
    """
    if change_set.state is ChangeSetState.EMPTY:
        return Judged()
    if change_set.state is not ChangeSetState.AVAILABLE:
        return Judged(unknown=(f"the change set is {change_set.state.value}",))
    after = see(change_set.template, change_set.parameters, change_set.stack)
    possible = tuple(each for change in change_set.changes for each in _possible(change))
    return Judged(
        risks=redacted_risks(risks_of(_before(deployed, template), after, possible)),
        unknown=tuple(_unknown(change_set, deployed)),
        is_first=not exists(deployed),
    )


def _before(deployed: DeployedStack | None, template: Template) -> Seen:
    if deployed is None or not exists(deployed):
        return NOTHING
    return see(template, deployed.parameters, deployed.id)


def _possible(change: ResourceChange) -> Iterator[ResourceChange]:
    """Give all that a change may turn out to be: what is perhaps replaced, is perhaps updated."""
    yield change
    if change.action is Action.REPLACE and not change.certain:
        yield replace(change, action=Action.UPDATE)


def _unknown(change_set: ChangeSet, deployed: DeployedStack | None) -> Iterator[str]:
    status = StackStatus.ABSENT if deployed is None else deployed.status
    if state_of(status).verdict is not Verdict.READY:
        yield f"the stack is {status.value}"
    if unprovable := why_unprovable(change_set.template, change_set.parameters):
        yield unprovable
    for change in change_set.changes:
        if why := _why_unknown(change):
            yield why


def _why_unknown(change: ResourceChange) -> str:
    """Say why nobody knows what becomes of a resource; empty where it is known."""
    name = change.logical_id
    if change.action not in _JUDGED:
        return f"what {change.action.name.lower()} does to {name} cannot be judged"
    if decides_itself(change.resource_type):
        return f"what happens to {name} is known only to its own function"
    if not change.certain and change.action is not Action.REPLACE:
        return f"what happens to {name} is known only when it is deployed"
    return ""
