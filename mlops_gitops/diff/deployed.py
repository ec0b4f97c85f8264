"""Deployed stacks: what AWS says is there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from mlops_gitops.desired.stack import DIGEST, StackId


class StackStatus(Enum):
    """Every status of a CloudFormation stack (botocore's `StackStatus`), and none at all."""

    ABSENT = "ABSENT"
    CREATE_IN_PROGRESS = "CREATE_IN_PROGRESS"
    CREATE_FAILED = "CREATE_FAILED"
    CREATE_COMPLETE = "CREATE_COMPLETE"
    ROLLBACK_IN_PROGRESS = "ROLLBACK_IN_PROGRESS"
    ROLLBACK_FAILED = "ROLLBACK_FAILED"
    ROLLBACK_COMPLETE = "ROLLBACK_COMPLETE"
    DELETE_IN_PROGRESS = "DELETE_IN_PROGRESS"
    DELETE_FAILED = "DELETE_FAILED"
    DELETE_COMPLETE = "DELETE_COMPLETE"
    UPDATE_IN_PROGRESS = "UPDATE_IN_PROGRESS"
    UPDATE_COMPLETE_CLEANUP_IN_PROGRESS = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
    UPDATE_COMPLETE = "UPDATE_COMPLETE"
    UPDATE_FAILED = "UPDATE_FAILED"
    UPDATE_ROLLBACK_IN_PROGRESS = "UPDATE_ROLLBACK_IN_PROGRESS"
    UPDATE_ROLLBACK_FAILED = "UPDATE_ROLLBACK_FAILED"
    UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS = "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"
    UPDATE_ROLLBACK_COMPLETE = "UPDATE_ROLLBACK_COMPLETE"
    REVIEW_IN_PROGRESS = "REVIEW_IN_PROGRESS"
    IMPORT_IN_PROGRESS = "IMPORT_IN_PROGRESS"
    IMPORT_COMPLETE = "IMPORT_COMPLETE"
    IMPORT_ROLLBACK_IN_PROGRESS = "IMPORT_ROLLBACK_IN_PROGRESS"
    IMPORT_ROLLBACK_FAILED = "IMPORT_ROLLBACK_FAILED"
    IMPORT_ROLLBACK_COMPLETE = "IMPORT_ROLLBACK_COMPLETE"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployedStack:
    """One stack as `DescribeStacks` tells it: no template, no resources.

    Attributes:
        parameters: as deployed; NoEcho values are masked by AWS.
        updated_at: last update, or creation; with time zone.
        arn: with the stack's own id, which a stack of the same name has not.
    """

    id: StackId
    status: StackStatus
    status_reason: str
    parameters: Mapping[str, str]
    outputs: Mapping[str, str]
    tags: Mapping[str, str]
    updated_at: datetime | None
    arn: str = ""

    @property
    def digest(self) -> str | None:
        """The digest it was deployed with; None where another tool made it."""
        return self.outputs.get(DIGEST)

    @property
    def is_shell(self) -> bool:
        """Whether it looks like what a tombstone leaves; blueprints tell their version, too."""
        return self.parameters.keys() == {DIGEST} == self.outputs.keys()
