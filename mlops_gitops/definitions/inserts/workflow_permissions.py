"""What a workflow's own role may do: what its states do, and what the config adds."""

from mlops_gitops.config.arn import partition_of
from mlops_gitops.config.document import Json
from mlops_gitops.definitions.scope import Scope
from mlops_gitops.definitions.state_machine.permissions import policy, statements_of


def insert(scope: Scope) -> Json:
    """Give an inline policy of a role; nothing for a workflow that asks for nothing."""
    return policy("workflow", statements_of(scope, partition_of(scope.region)))
