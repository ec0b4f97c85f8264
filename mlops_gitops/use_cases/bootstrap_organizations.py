"""Bootstrap whole organizational units: one StackSet, one stack in each account of the settings.

A unit holds other accounts, too, so the accounts are named as well: the stack goes to those that
are in one of the units and among the named ones, and new accounts of a unit get nothing by
themselves.

Source: `DeploymentTargets` in the CloudFormation API reference, `AccountFilterType`.
"""

from collections.abc import Mapping

from mlops_gitops.desired.bootstrap.part import Part
from mlops_gitops.desired.stack import DesiredStack, StackId, Template
from mlops_gitops.diff.bootstrap import AGAIN, PartChange, compare_part, refusals
from mlops_gitops.diff.compare import BLUEPRINT_VERSION
from mlops_gitops.diff.deployed import DeployedStack, StackStatus
from mlops_gitops.diff.plan import Action
from mlops_gitops.diff.stack_set import AccountResult, DeployedStackSet, OperationState
from mlops_gitops.errors import AwsError, Blocked
from mlops_gitops.use_cases.bootstrap_parts import (
    OpenOutputs,
    Preparation,
    Report,
    desired_part,
    keeping,
    other_accounts,
)

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 15.0
_PATIENCE = 3600.0
"""Seconds: StackSets take minutes for a few accounts, and wait for each other."""


def plan_set(preparation: Preparation, part: Part, outputs: OpenOutputs) -> PartChange:
    """Find out what would change in a StackSet, and which accounts do not have its stack."""
    outputs.missing.clear()
    there = preparation.stack_sets.find(part.stack)
    desired = _desired(preparation, part, outputs, there)
    accounts = other_accounts(preparation.settings)
    good = {each.account for each in there.accounts if each.succeeded} if there else set()
    change = compare_part(desired, *_as_stack(desired.id, there))
    return PartChange(
        part=part.name,
        change=change,
        accounts=accounts,
        missing=tuple(each for each in accounts if each not in good),
        left=tuple(sorted(_having(there) - set(accounts))),
        refused=refusals(change),
        waits_for=tuple(sorted(outputs.missing)),
    )


def _having(there: DeployedStackSet | None) -> set[str]:
    return {each.account for each in there.accounts} if there else set()


def _as_stack(
    id_: StackId, there: DeployedStackSet | None
) -> tuple[DeployedStack | None, Template | None]:
    """Give a StackSet as what it is compared by: a template with parameters and tags."""
    if there is None:
        return None, None
    version = there.template.get("Outputs", {}).get(BLUEPRINT_VERSION, {}).get("Value")
    stack = DeployedStack(
        id=id_,
        status=StackStatus.UPDATE_COMPLETE,
        status_reason="",
        parameters=there.parameters,
        outputs={} if version is None else {BLUEPRINT_VERSION: str(version)},
        tags=there.tags,
        updated_at=None,
    )
    return stack, there.template


def deploy_set(
    preparation: Preparation,
    part: Part,
    planned: PartChange,
    outputs: Mapping[str, str],
    report: Report,
) -> None:
    """Bring a StackSet up to date, put it into the accounts that lack it, tell each one's result.

    Raises:
        AwsError: in an account it failed, or an account is in none of the units.
    """
    sets = preparation.stack_sets
    there = sets.find(part.stack)
    desired = _desired(preparation, part, outputs, there)
    results: dict[str, AccountResult] = {}
    having = _having(there)
    failed = having & set(planned.missing)
    if there is None:
        report(f"creating StackSet {part.stack}")
        sets.create(desired.deployable())
    elif planned.change.action is not Action.KEEP or failed:
        report(f"updating StackSet {part.stack}")
        results |= _await(preparation, part.stack, sets.update(desired.deployable()))
    if new := [each for each in planned.accounts if each not in having]:
        report(f"creating {part.stack} in {', '.join(new)}")
        units = _units(preparation, new)
        started = sets.add(part.stack, units, new, preparation.settings.region)
        results |= _await(preparation, part.stack, started)
    _tell(part, planned, results, having, report)


def _desired(
    preparation: Preparation,
    part: Part,
    outputs: Mapping[str, str],
    there: DeployedStackSet | None,
) -> DesiredStack:
    source = keeping(preparation.source, there.parameters if there else {})
    return desired_part(source, part, preparation.account, outputs)


def _units(preparation: Preparation, accounts: list[str]) -> list[str]:
    stages = preparation.settings.stages
    return sorted({stage.ou for stage in stages if stage.ou and stage.account in accounts})


def _await(preparation: Preparation, name: str, operation: str) -> dict[str, AccountResult]:
    pause, waited = _FIRST_PAUSE, 0.0
    while True:
        found = preparation.stack_sets.operation(name, operation)
        if found.state is not OperationState.RUNNING:
            return {each.account: each for each in found.results}
        if waited > _PATIENCE:
            message = f"Operation {operation} of StackSet {name} still runs after an hour."
            raise Blocked(message, hint=f"When it has ended, run `{AGAIN}` again.")
        preparation.clock.sleep(pause)
        waited += pause
        pause = min(pause * 1.5, _LONGEST_PAUSE)


def _tell(
    part: Part,
    planned: PartChange,
    results: Mapping[str, AccountResult],
    having: set[str],
    report: Report,
) -> None:
    problems = []
    for account in planned.accounts:
        result = results.get(account)
        if result is not None and result.succeeded:
            report(f"{account}: {part.stack} is there")
        elif result is not None:
            problems.append(f"{account}: {result.reason or 'no reason given'}.")
        elif account not in having:
            problems.append(f"{account}: it is in no unit that its stage names.")
    if problems:
        raise AwsError(
            f"StackSet {part.stack} failed in {len(problems)} of {len(planned.accounts)} "
            f"accounts. {' '.join(problems)}",
            hint=f"Mend the cause, then run `{AGAIN}` again: what is done stays done.",
        )
