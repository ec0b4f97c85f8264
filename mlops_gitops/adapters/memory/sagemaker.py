"""SageMaker in dicts: a registry, and the endpoints that stacks hold."""

from dataclasses import dataclass, field

from mlops_gitops.adapters.memory.atomic import atomic
from mlops_gitops.adapters.memory.record import Record
from mlops_gitops.adapters.memory.stacks import MemoryStacks
from mlops_gitops.diff.plan import Verdict
from mlops_gitops.diff.states import state_of
from mlops_gitops.status.endpoint import EndpointHealth


@atomic
@dataclass(frozen=True, slots=True)
class MemoryModels:
    """Model packages: ARN -> approval status."""

    packages: dict[str, str] = field(default_factory=dict)

    def package_status(self, arn: str) -> str | None:
        """Give a model package's approval status; None if the registry does not have it."""
        return self.packages.get(arn)


@atomic
class MemoryEndpoints:
    """The endpoints of all stacks."""

    def __init__(self, stacks: MemoryStacks) -> None:
        self._stacks = stacks

    def health(self, account: str, name: str) -> EndpointHealth | None:
        """Say how an endpoint is; None if no stack of the account holds one by that name."""
        for record in self._stacks.records(account):
            if name in record.names("AWS::SageMaker::Endpoint"):
                return EndpointHealth(status=_status(record), reason="")
        return None


def _status(record: Record) -> str:
    if state_of(record.deployed.status).verdict is not Verdict.BUSY:
        return "InService"
    return "Updating" if state_of(record.deployed.status).exists else "Creating"
