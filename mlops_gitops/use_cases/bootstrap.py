"""Bootstrap: prepare the account whose credentials are in use, after a plan and a yes."""

from collections.abc import Callable, Mapping

from mlops_gitops.desired.bootstrap.part import Part
from mlops_gitops.desired.stack import StackId
from mlops_gitops.diff.bootstrap import AGAIN, BootstrapPlan, PartChange
from mlops_gitops.diff.compare import BLUEPRINT_VERSION
from mlops_gitops.diff.deployed import DeployedStack, StackStatus
from mlops_gitops.diff.plan import Action, Verdict
from mlops_gitops.errors import AwsError, Blocked
from mlops_gitops.ports import StackResource
from mlops_gitops.use_cases.ask import left_behind
from mlops_gitops.use_cases.bootstrap_organizations import deploy_set
from mlops_gitops.use_cases.bootstrap_parts import (
    Preparation,
    Report,
    desired_part,
    package_of,
    part_named,
)
from mlops_gitops.use_cases.bootstrap_plan import Proposals, known_outputs, plan_bootstrap
from mlops_gitops.use_cases.settle import settle

Show = Callable[[BootstrapPlan], None]
Confirm = Callable[[], None]
_BUCKET = "AWS::S3::Bucket"
_GOOD = {StackStatus.CREATE_COMPLETE, StackStatus.UPDATE_COMPLETE}
_THEN = f"Mend the cause, then run `{AGAIN}` again: it goes on where this stopped."


def preview(preparation: Preparation, show: Show, report: Report) -> None:
    """Show what bootstrap would do, and do nothing.

    Raises:
        Blocked: bootstrap would refuse it.
        AwsError: something could not be read.
    """
    proposals: Proposals = {}
    try:
        planned = plan_bootstrap(preparation, proposals, report)
        show(planned)
        _refuse(planned)
    finally:
        _withdraw(preparation, proposals, report)


def bootstrap(
    preparation: Preparation, show: Show, confirm: Confirm, report: Report
) -> Mapping[str, str]:
    """Deploy what the account needs, and give the outputs of its stacks.

    What changes is shown first, and then those very change sets are executed. A part that needs
    what another one makes is planned, shown and confirmed after that one.

    Args:
        preparation: the settings and the outside world.
        show: is given each plan; one of no change, too.
        confirm: asks for a yes; raises what it wants where the answer is no.
        report: is told each step.

    Raises:
        UsageError: the settings do not name this account, or nobody knows the bucket's key.
        Blocked: something would be taken away, or a stack has to be mended first.
        AwsError: CloudFormation refused; what was done before stays done.
    """
    waiting: frozenset[str] = frozenset()
    while True:
        proposals: Proposals = {}
        try:
            planned = plan_bootstrap(preparation, proposals, report)
            show(planned)
            _refuse(planned)
            _refuse_circles(planned, waiting)
            if not planned.is_empty:
                confirm()
            outputs = _execute(preparation, planned, proposals, report)
        finally:
            _withdraw(preparation, proposals, report)
        waiting = frozenset(each.part for each in planned.parts if _waits(each))
        if not waiting:
            return outputs


def _waits(change: PartChange) -> bool:
    """Whether it is decided only when the parts before it are there: what is new is shown whole."""
    return bool(change.waits_for) and change.change.action is not Action.CREATE


def _refuse(planned: BootstrapPlan) -> None:
    if planned.refused:
        raise Blocked(
            " ".join(planned.refused),
            hint="Take back what changed in mlops-gitops.yaml; to give such a thing up, delete "
            "it by hand, when nothing needs it any more.",
        )
    for change in planned.blocked:
        raise Blocked(f"Stack {change.id} is {change.status.value}.", hint=change.next_step)


def _refuse_circles(planned: BootstrapPlan, waiting: frozenset[str]) -> None:
    for each in planned.parts:
        if _waits(each) and each.part in waiting:
            names = ", ".join(each.waits_for)
            raise Blocked(
                f"Part {each.part} needs outputs that no stack has: {names}.",
                hint="Look whether somebody else deployed a stack mlops-gitops-*, then run "
                f"`{AGAIN}` again.",
            )


def _execute(
    preparation: Preparation, planned: BootstrapPlan, proposals: Proposals, report: Report
) -> Mapping[str, str]:
    outputs = known_outputs(preparation)
    made: dict[str, str] = {}
    for each in planned.parts:
        part = part_named(each.part)
        if each.accounts:
            deploy_set(preparation, part, each, outputs, report)
        elif not _waits(each):
            done = _deploy(preparation, part, each, outputs, proposals, report)
            outputs |= done.outputs
            made |= done.outputs
    return {name: value for name, value in made.items() if name != BLUEPRINT_VERSION}


def _deploy(
    preparation: Preparation,
    part: Part,
    planned: PartChange,
    outputs: Mapping[str, str],
    proposals: Proposals,
    report: Report,
) -> DeployedStack:
    change, stacks = planned.change, preparation.stacks
    if change.action is Action.KEEP:
        return _there(preparation, change.id)
    _upload(preparation, part, report)
    if change.action is Action.CREATE:
        desired = desired_part(preparation.source, part, preparation.account, outputs)
        if change.verdict is Verdict.RECREATE:
            report(f"removing what a failed creation left of {change.id}")
            stacks.delete(change.id)
            settle(stacks, preparation.clock, change.id)
        report(f"creating {change.id}")
        stacks.create(desired.deployable())
    else:
        report(f"updating {change.id}")
        stacks.execute(change.id, proposals[change.id])
        del proposals[change.id]  # CloudFormation deletes it when the stack is updated
    return _deployed(preparation, change.id)


def _there(preparation: Preparation, id_: StackId) -> DeployedStack:
    found = settle(preparation.stacks, preparation.clock, id_)
    if found is None:
        raise AwsError(f"Stack {id_} was deleted at this moment.", hint=_THEN)
    return found


def _deployed(preparation: Preparation, id_: StackId) -> DeployedStack:
    """Wait for a stack, and give it if it is good."""
    stacks = preparation.stacks
    done = _there(preparation, id_)
    if done.status in _GOOD:
        return done
    failure = stacks.first_failure(id_)
    reason = "no reason given"
    if failure is not None:
        reason = f"{failure.logical_id} ({failure.resource_type}): {failure.reason}"
    raise AwsError(f"Stack {id_} is {done.status.value}: {reason}", hint=_hint(failure))


def _hint(failure: StackResource | None) -> str:
    is_taken = failure is not None and "exist" in failure.reason
    if failure is None or failure.resource_type != _BUCKET or not is_taken:
        return _THEN
    return (
        "Name another assets_bucket; or, if that one is yours, say so with "
        f"bootstrap.existing_bucket. Then run `{AGAIN}` again."
    )


def _upload(preparation: Preparation, part: Part, report: Report) -> None:
    for name in part.packages:
        package = package_of(preparation.source, name)
        if preparation.assets.latest(package.key) is None:
            report(f"uploading {package.key}")
            preparation.assets.write(package.key, package.content, package.sha256)


def _withdraw(preparation: Preparation, proposals: Proposals, report: Report) -> None:
    for id_, name in proposals.items():
        if left := left_behind(preparation.stacks, preparation.clock, id_, name):
            report(left)
