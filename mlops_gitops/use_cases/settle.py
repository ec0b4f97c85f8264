"""Settle: wait until a stack has reached a state that does not change by itself."""

from mlops_gitops.desired.stack import StackId
from mlops_gitops.diff.deployed import DeployedStack, StackStatus
from mlops_gitops.diff.plan import Verdict
from mlops_gitops.diff.states import state_of
from mlops_gitops.errors import Blocked
from mlops_gitops.ports import Clock, Stacks

_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 5.0
_PATIENCE = 1800.0
"""Seconds: CloudFormation's own limit for a pipeline or a few IAM roles is far below."""


def settle(stacks: Stacks, clock: Clock, id_: StackId) -> DeployedStack | None:
    """Wait for a stack; None if there is none, or not any more.

    Raises:
        Blocked: it was still busy after half an hour.
    """
    pause, waited = _FIRST_PAUSE, 0.0
    while True:
        stack = stacks.find(id_)
        if stack is None or stack.status is StackStatus.DELETE_COMPLETE:
            return None
        if state_of(stack.status).verdict is not Verdict.BUSY:
            return stack
        if waited > _PATIENCE:
            hint = "Look at its events in the CloudFormation console, then repeat the command."
            raise Blocked(f"Stack {id_} is still {stack.status.value}.", hint=hint)
        clock.sleep(pause)
        waited += pause
        pause = min(pause * 1.5, _LONGEST_PAUSE)
