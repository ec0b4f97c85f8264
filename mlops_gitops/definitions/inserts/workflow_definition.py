"""The definition of a workflow: its file, with the values of this stage."""

from mlops_gitops.config.document import Json
from mlops_gitops.definitions.scope import Scope
from mlops_gitops.definitions.state_machine.machine import definition_of


def insert(scope: Scope) -> Json:
    """Give the text of the definition, by `Fn::Sub` where CloudFormation puts values in."""
    return definition_of(scope)
