"""The input that a workflow is run with by a deployment and by the schedule."""

from mlops_gitops.config.document import Json
from mlops_gitops.definitions.scope import Scope
from mlops_gitops.definitions.state_machine.run_input import input_of


def insert(scope: Scope) -> Json:
    """Give the input as the machine that runs the workflow takes it: an object."""
    return input_of(scope)
