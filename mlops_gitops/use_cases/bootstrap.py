"""Bootstrap: prepare the account whose credentials are in use."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_never

from mlops_gitops.config.settings import Settings
from mlops_gitops.desired.bootstrap.orchestrator import PART as ORCHESTRATOR_PART
from mlops_gitops.desired.bootstrap.part import Known, Part, Where, part_stack
from mlops_gitops.desired.bootstrap.parts import PARTS
from mlops_gitops.desired.stack import DeployableStack
from mlops_gitops.diff.deployed import DeployedStack, StackStatus
from mlops_gitops.diff.states import state_of
from mlops_gitops.errors import AwsError, UsageError
from mlops_gitops.pipeline.approvers import with_approvers
from mlops_gitops.ports import Blueprints, Clock, Stacks
from mlops_gitops.use_cases.settle import settle


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """One account and what prepares it.

    Attributes:
        assets_kms_key_arn: key of the assets bucket; empty in the orchestrator account, which
            makes it.
        operators: ARNs of who may remove what a failed first creation left; none for the role
            `mlops-gitops-apply`.
    """

    settings: Settings
    assets_kms_key_arn: str
    operators: tuple[str, ...]
    blueprints: Blueprints
    stacks: Stacks
    clock: Clock


def bootstrap(
    preparation: Preparation, account: str, report: Callable[[str], None]
) -> dict[str, str]:
    """Deploy what the account of the credentials in use needs; give the stacks' outputs.

    Args:
        preparation: the settings and the outside world.
        account: whose credentials are in use.
        report: is told each step.

    Raises:
        UsageError: the settings do not name this account.
        AwsError: CloudFormation refused.
    """
    settings = preparation.settings
    if account not in settings.accounts:
        hint = "Use credentials of an account that `mlops-gitops.yaml` names."
        raise UsageError(f"Account {account} is no part of this installation.", hint=hint)
    given = {"AssetsKmsKeyArn": preparation.assets_kms_key_arn}
    outputs: dict[str, str] = {}
    for part in PARTS:
        if part.wanted(settings) and _belongs(part, account, settings):
            known = Known(
                settings=settings,
                account=account,
                outputs={**given, **outputs},
                operators=preparation.operators,
            )
            outputs |= _deploy(preparation, _stack(preparation, part, known), report).outputs
    return outputs


def _belongs(part: Part, account: str, settings: Settings) -> bool:
    match part.where:
        case Where.ORCHESTRATOR:
            return account == settings.orchestrator_account
        case Where.EVERY_ACCOUNT:
            return account in settings.accounts
        case _:
            assert_never(part.where)


def _stack(preparation: Preparation, part: Part, known: Known) -> DeployableStack:
    stack = part_stack(part, known, preparation.blueprints.blueprint(part.blueprint))
    return with_approvers(known.settings, stack) if part is ORCHESTRATOR_PART else stack


def _deploy(
    preparation: Preparation, stack: DeployableStack, report: Callable[[str], None]
) -> DeployedStack:
    stacks, clock = preparation.stacks, preparation.clock
    there = settle(stacks, clock, stack.id)
    if there is None or not state_of(there.status).exists:
        report(f"creating {stack.id}")
        stacks.create(stack)
    else:
        report(f"updating {stack.id}")
        stacks.update(stack)
    done = settle(stacks, clock, stack.id)
    if done is None or done.status not in _GOOD:
        failure = stacks.first_failure(stack.id)
        reason = f"{failure.logical_id}: {failure.reason}" if failure else "no reason given"
        status = done.status.value if done else "gone"
        raise AwsError(
            f"Stack {stack.id} is {status}: {reason}",
            hint="Mend the cause, delete the stack if it was rolled back, and run this again.",
        )
    return done


_GOOD = {StackStatus.CREATE_COMPLETE, StackStatus.UPDATE_COMPLETE}
