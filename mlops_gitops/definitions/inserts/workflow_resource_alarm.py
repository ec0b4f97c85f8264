"""An alarm about the use of resources."""

from mlops_gitops.config.document import Json
from mlops_gitops.definitions.scope import Scope
from mlops_gitops.definitions.state_machine.alarms import metric_alarm


def insert(scope: Scope) -> Json:
    """Give the properties of the alarm; they matter only where the config has one."""
    return metric_alarm(scope, "resource_use")
