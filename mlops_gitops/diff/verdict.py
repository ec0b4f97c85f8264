"""Verdict: what CloudFormation says a deployment would do, in place of our own comparison."""

from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never

from mlops_gitops.desired.stack import DesiredStack, Template
from mlops_gitops.diff.change_set import ChangeSet, ChangeSetState
from mlops_gitops.diff.deployed import DeployedStack
from mlops_gitops.diff.plan import Action, Method, ResourceChange, StackChange, ValueChange
from mlops_gitops.diff.risk import risks_of
from mlops_gitops.diff.template import see

_LOOKED_UP = ValueChange("outputs", "as deployed", "as AWS looks them up when it deploys")


def can_be_asked(change: StackChange) -> bool:
    """Whether CloudFormation can say more: the stack is there, at rest, and may differ.

    A change set for a new stack would leave an empty stack behind, and nothing in a new stack
    can be replaced.
    """
    settled = change.action is Action.KEEP and not change.unprovable
    return change.action is not Action.CREATE and not change.next_step and not settled


def with_verdict(
    told: StackChange,
    desired: DesiredStack,
    deployed: DeployedStack,
    template: Template,
    verdict: ChangeSet,
) -> StackChange:
    """Put CloudFormation's verdict in place of what a comparison of templates told.

    Args:
        told: by our own comparison; its words about parameters, tags and outputs stay.
        desired: what should run.
        deployed: what AWS tells of the stack.
        template: the deployed one.
        verdict: a change set that is made, or could not be.
    """
    told = replace(told, method=Method.CHANGE_SET)
    match verdict.state:
        case ChangeSetState.EMPTY:
            return _nothing(told)
        case ChangeSetState.AVAILABLE:
            return _judged(told, desired, deployed, template, verdict)
        case (
            ChangeSetState.FAILED
            | ChangeSetState.OBSOLETE
            | ChangeSetState.PENDING
            | ChangeSetState.EXECUTED
        ):
            why = f"CloudFormation gave no answer: {verdict.reason or verdict.state.value}"
            return replace(
                told, action=Action.UPDATE, resources=(), risks=(), access=(), unprovable=why
            )
        case _:
            assert_never(verdict.state)


def _nothing(told: StackChange) -> StackChange:
    return replace(
        told,
        action=Action.KEEP,
        summary=(),
        parameters=(),
        resources=(),
        elsewhere=(),
        risks=(),
        access=(),
        unprovable="",
    )


def _judged(
    told: StackChange,
    desired: DesiredStack,
    deployed: DeployedStack,
    template: Template,
    verdict: ChangeSet,
) -> StackChange:
    own = {change.logical_id: change for change in told.resources}
    resources = tuple(
        _with_values(change, own)
        for change in sorted(verdict.changes, key=lambda change: change.logical_id)
    )
    seems_empty = not (resources or told.elsewhere or told.parameters or told.summary)
    return replace(
        told,
        action=Action.UPDATE,
        resources=resources,
        elsewhere=(_LOOKED_UP,) if seems_empty else told.elsewhere,
        risks=risks_of(
            see(template, deployed.parameters, deployed.id),
            see(desired.template, desired.parameter_values(), desired.id),
            resources,
        ),
        unprovable="; ".join(_unknown(change) for change in resources if _is_unknown(change)),
    )


def _with_values(change: ResourceChange, own: Mapping[str, ResourceChange]) -> ResourceChange:
    """Take our own values, and our reason, where CloudFormation gives none."""
    ours = own.get(change.logical_id)
    if ours is None:
        return change
    because = ours.because if ours.action is change.action else ""
    return replace(
        change,
        properties=change.properties or ours.properties,
        because=change.because or because,
    )


def _is_unknown(change: ResourceChange) -> bool:
    return change.action is Action.DYNAMIC


def _unknown(change: ResourceChange) -> str:
    return f"what happens to {change.logical_id} is known only when it is deployed"
