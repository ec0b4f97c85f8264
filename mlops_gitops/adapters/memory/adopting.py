"""Imports in memory: what a stack leaves behind lives on, and what an import takes has to."""

from collections.abc import Callable, Mapping
from datetime import datetime

from mlops_gitops.adapters.memory.atomic import atomic
from mlops_gitops.adapters.memory.record import Record
from mlops_gitops.adapters.memory.stacks import MemoryStacks
from mlops_gitops.desired.stack import DeployableStack, StackId, Template
from mlops_gitops.diff.adoption import IDENTIFIERS
from mlops_gitops.diff.plan import Action, ResourceChange
from mlops_gitops.diff.taking import name_in
from mlops_gitops.diff.template import KEEPING
from mlops_gitops.errors import AwsError
from mlops_gitops.ports.adopting import Kind, LiveEndpoint, Proposal

_ENDPOINT = "AWS::SageMaker::Endpoint"
_AGAIN = "Repeat the command; what was done so far is not done twice."


@atomic
class MemoryAdopting:
    """Imports of the stacks in a dict.

    Attributes:
        physical: stack and logical id -> what the resource is called, where that is not made up.
        made: ARN -> an endpoint that no stack holds.
        imports: the types that can be imported.
    """

    def __init__(self, stacks: MemoryStacks, now: Callable[[], datetime]) -> None:
        self.physical: dict[tuple[StackId, str], str] = {}
        self.made: dict[str, LiveEndpoint] = {}
        self.imports = set(IDENTIFIERS)
        self._stacks = stacks
        self._now = now

    def physical_ids(self, id_: StackId) -> Mapping[str, str]:
        """Give what CloudFormation calls each existing resource of a stack, by logical id."""
        for record in self._stacks.records(id_.account):
            if record.deployed.id == id_:
                return {name: self._physical(record, name) for name in record.seen.resources}
        raise AwsError(f"Stack {id_} does not exist.", hint=_AGAIN, code="ValidationError")

    def endpoint(self, account: str, name: str) -> LiveEndpoint | None:
        """Describe an endpoint; None if there is none by that name."""
        return next((each for each in self._live(account) if name_in(each.arn) == name), None)

    def importable(self, account: str, template: Template) -> Mapping[str, frozenset[str]]:  # noqa: ARG002 -- all accounts are alike
        """Ask which of a template's resources can be imported: logical id -> its identifier."""
        return {
            name: frozenset(IDENTIFIERS[each["Type"]])
            for name, each in template["Resources"].items()
            if each["Type"] in self.imports
        }

    def propose(self, proposal: Proposal) -> None:
        """Make a change set; of an import into a new stack, a shell is made with it."""
        there = self._stacks.find(proposal.id)
        stack = DeployableStack(
            id=proposal.id,
            template=proposal.template,
            parameters={name: there.parameters[name] for name in proposal.parameters}
            if there
            else {},
            tags=there.tags if there else {},
            capabilities=(),
        )
        if proposal.kind is Kind.UPDATE:
            self._leave_behind(proposal)
            self._stacks.prepare(stack, proposal.name)
            return
        self._refuse(proposal)
        self._stacks.prepare(stack, proposal.name)
        changes = tuple(
            ResourceChange(
                logical_id=each.logical_id, resource_type=each.resource_type, action=Action.IMPORT
            )
            for each in proposal.imported
        )
        self._stacks.import_with(proposal.id, proposal.name, changes)
        for each in proposal.imported:
            self.physical[proposal.id, each.logical_id] = each.physical_id

    def withdraw(self, id_: StackId, name: str) -> None:
        """Delete a change set; none to delete is no error."""
        self._stacks.withdraw(id_, name)

    def _refuse(self, proposal: Proposal) -> None:
        for each in proposal.imported:
            if each.definition.get("DeletionPolicy") not in KEEPING:
                message = f"{each.logical_id} must have DeletionPolicy attribute specified."
                raise AwsError(message, hint=_AGAIN, code="ValidationError")
            if each.resource_type != _ENDPOINT:
                continue
            if self._is_held(each.physical_id):
                message = f"{each.physical_id} already exists in stack."
                raise AwsError(message, hint=_AGAIN, code="ValidationError")

    def _is_held(self, arn: str) -> bool:
        return any(
            self._physical(record, name) == arn
            for record in self._stacks.records(arn.split(":")[4])
            for name, each in record.seen.resources.items()
            if each.type == _ENDPOINT
        )

    def _leave_behind(self, proposal: Proposal) -> None:
        """Remember endpoints that a stack will lose without deleting them."""
        for record in self._stacks.records(proposal.id.account):
            if record.deployed.id != proposal.id:
                continue
            for name, each in record.seen.resources.items():
                leaves = name not in proposal.template["Resources"]
                keeps = each.attributes.get("DeletionPolicy") in KEEPING
                if each.type == _ENDPOINT and leaves and keeps:
                    live = self._described(record, name)
                    self.made[live.arn] = live

    def _live(self, account: str) -> tuple[LiveEndpoint, ...]:
        held = [
            self._described(record, name)
            for record in self._stacks.records(account)
            for name, each in record.seen.resources.items()
            if each.type == _ENDPOINT
        ]
        return (*held, *(each for arn, each in self.made.items() if arn.split(":")[4] == account))

    def _described(self, record: Record, name: str) -> LiveEndpoint:
        arn = self._physical(record, name)
        return LiveEndpoint(
            arn=arn,
            config_name=record.attribute(name, "EndpointConfigName"),
            created_at=record.deployed.updated_at or self._now(),
        )

    def _physical(self, record: Record, name: str) -> str:
        id_, resource = record.deployed.id, record.seen.resources[name]
        known = self.physical.get((id_, name))
        if known is not None:
            return known
        kind = resource.type.rsplit("::", 1)[1]
        called = record.attribute(name, f"{kind}Name")
        if not resource.type.startswith("AWS::SageMaker::"):
            return called
        return f"arn:aws:sagemaker:{id_.region}:{id_.account}:{kind.lower()}/{called}"
