"""Bootstrap: prepare the account whose credentials are in use."""

from collections.abc import Callable
from dataclasses import dataclass

from mlops_gitops.config.settings import Settings
from mlops_gitops.desired.bootstrap import account_stack, orchestrator_stack
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
    is_orchestrator = account == settings.orchestrator_account
    if account not in settings.accounts:
        hint = "Use credentials of an account that `mlops-gitops.yaml` names."
        raise UsageError(f"Account {account} is no part of this installation.", hint=hint)
    outputs: dict[str, str] = {}
    key = preparation.assets_kms_key_arn
    if is_orchestrator:
        blueprint = preparation.blueprints.blueprint("bootstrap/orchestrator")
        stack = with_approvers(settings, orchestrator_stack(settings, blueprint))
        outputs |= _deploy(preparation, stack, report).outputs
        key = outputs["AssetsKmsKeyArn"]
    blueprint = preparation.blueprints.blueprint("bootstrap/account")
    stack = account_stack(settings, account, blueprint, key, preparation.operators)
    return {**outputs, **_deploy(preparation, stack, report).outputs}


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
