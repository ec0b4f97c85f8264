"""What the jobs of a workflow may read, write and pull outside of its own bucket."""

from mlops_gitops.config.arn import partition_of
from mlops_gitops.config.document import Json
from mlops_gitops.definitions.scope import Scope
from mlops_gitops.definitions.state_machine.data import job_statements
from mlops_gitops.definitions.state_machine.permissions import policy


def insert(scope: Scope) -> Json:
    """Give an inline policy of a role; nothing where the jobs need nothing else."""
    return policy("data", job_statements(scope, partition_of(scope.region)))
