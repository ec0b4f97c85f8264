"""What adopting needs from AWS beside reading stacks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from mlops_gitops.desired.stack import StackId, Template
from mlops_gitops.diff.adoption import Taken


class Kind(Enum):
    """What a change set is for."""

    UPDATE = "UPDATE"
    IMPORT = "IMPORT"


@dataclass(frozen=True, slots=True)
class LiveEndpoint:
    """An endpoint as SageMaker tells it."""

    arn: str
    config_name: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A change set that changes nothing that runs.

    Attributes:
        name: of the change set; new to the stack.
        parameters: names of those that keep their values.
        imported: what an import takes; nothing for an update.
        role_arn: of the role that CloudFormation carries it out with, and remembers for the
            stack; empty for whoever executes it.
    """

    id: StackId
    name: str
    kind: Kind
    template: Template
    parameters: Sequence[str]
    imported: Sequence[Taken]
    role_arn: str


class Adopting(Protocol):
    """CloudFormation's imports, and the endpoints that no stack holds.

    Source: CreateChangeSet and GetTemplateSummary, CloudFormation API reference.
    """

    def physical_ids(self, id_: StackId) -> Mapping[str, str]:
        """Give what CloudFormation calls each existing resource of a stack, by logical id."""

    def endpoint(self, account: str, name: str) -> LiveEndpoint | None:
        """Describe an endpoint; None if there is none by that name."""

    def importable(self, account: str, template: Template) -> Mapping[str, frozenset[str]]:
        """Ask which of a template's resources can be imported: logical id -> its identifier."""

    def propose(self, proposal: Proposal) -> None:
        """Start to make a change set; of an import into a new stack, a shell is made with it.

        Raises:
            AwsError: CloudFormation does not take it.
        """

    def withdraw(self, id_: StackId, name: str) -> None:
        """Delete a change set; none to delete is no error."""
