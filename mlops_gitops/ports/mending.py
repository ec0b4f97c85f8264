"""What AWS lets people do about stacks and pipelines that are stuck."""

from collections.abc import Sequence
from typing import Protocol

from mlops_gitops.desired.stack import StackId


class Mending(Protocol):
    """CloudFormation's and CodePipeline's own ways out."""

    def continue_rollback(self, id_: StackId, skip: Sequence[str]) -> None:
        """Start to go on with a rollback that failed, leaving resources as they are.

        Raises:
            AwsError: the stack is in no such state, or a resource cannot be skipped.
        """

    def roll_back(self, id_: StackId) -> None:
        """Start to bring a stack back to its last good state; one that never had any is deleted.

        Raises:
            AwsError: the stack is in no such state.
        """

    def delete(self, id_: StackId, retain: Sequence[str]) -> None:
        """Start to delete a stack and to leave some of its resources where they are.

        Raises:
            AwsError: a resource is to stay, and the stack has never failed to be deleted.
        """

    def retry(self, pipeline: str, stage: str, execution_id: str) -> None:
        """Let an execution do a stage that failed again, all of it, gate included.

        Raises:
            Blocked: it is not the execution that failed there any more.
        """
