"""CloudFormation's and CodePipeline's own ways out of what is stuck."""

from collections.abc import Sequence
from typing import Any

from mlops_gitops.adapters.aws.session import REPAIR_ROLE, Accounts, call
from mlops_gitops.desired.stack import StackId
from mlops_gitops.errors import AwsError, Blocked

_MOVED_ON = {"StageNotRetryableException", "NotLatestPipelineExecutionException"}


class AwsMending:
    """Stacks by the role for repairs, pipelines with the caller's own credentials."""

    def __init__(self, accounts: Accounts, orchestrator_account: str) -> None:
        self._accounts = accounts
        self._orchestrator = orchestrator_account

    def continue_rollback(self, id_: StackId, skip: Sequence[str]) -> None:
        """Start to go on with a rollback that failed; see `Mending.continue_rollback`."""
        skipped = {"ResourcesToSkip": list(skip)} if skip else {}
        where = f"While continuing the rollback of {id_}"
        operation = self._stacks(id_.account).continue_update_rollback
        call(where, operation, StackName=id_.name, **skipped)

    def roll_back(self, id_: StackId) -> None:
        """Start to bring a stack back to its last good state; see `Mending.roll_back`."""
        where = f"While rolling back {id_}"
        call(where, self._stacks(id_.account).rollback_stack, StackName=id_.name)

    def delete(self, id_: StackId, retain: Sequence[str]) -> None:
        """Start to delete a stack and leave some of its resources; see `Mending.delete`."""
        retained = {"RetainResources": list(retain)} if retain else {}
        where = f"While deleting {id_}"
        call(where, self._stacks(id_.account).delete_stack, StackName=id_.name, **retained)

    def retry(self, pipeline: str, stage: str, execution_id: str) -> None:
        """Let an execution do a stage that failed again; see `Mending.retry`.

        Source: RetryStageExecution, CodePipeline API reference.
        """
        try:
            call(
                f"While retrying {stage} of {pipeline}",
                self._accounts.own("codepipeline").retry_stage_execution,
                pipelineName=pipeline,
                stageName=stage,
                pipelineExecutionId=execution_id,
                retryMode="ALL_ACTIONS",
            )
        except AwsError as error:
            if error.code in _MOVED_ON:
                hint = "Start another execution: `mlops-gitops apply`."
                raise Blocked(error.message, hint=hint) from error
            raise

    def _stacks(self, account: str) -> Any:
        if account == self._orchestrator:
            return self._accounts.own("cloudformation")
        return self._accounts.client(account, REPAIR_ROLE, "cloudformation")
