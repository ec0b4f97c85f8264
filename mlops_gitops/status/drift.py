"""Drift: what is not as it was last deployed, as values.

Three worlds are held side by side: what git says (desired), what CloudFormation was last given
(deployed) and what AWS has (live). A drift always has something to show, and what could not be
compared is said, never passed over.
"""

from dataclasses import dataclass
from enum import Enum
from hashlib import sha256

from mlops_gitops.desired.canonical import canonical
from mlops_gitops.desired.stack import StackId


class DriftKind(Enum):
    """What happened behind our back; the value is how a person is told."""

    STACK_CHANGED = "stack changed by hand"
    RESOURCE_CHANGED = "changed outside of CloudFormation"
    RESOURCE_MISSING = "deleted outside of CloudFormation"
    STACK_MISSING = "stack is gone"
    PIPELINE_CHANGED = "delivery pipeline changed outside"
    ORPHAN = "declared by no config"


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyDrift:
    """One value that is not as it was deployed; secrets are masked, None is "not there".

    Attributes:
        path: of the value. In a resource that of the property, such as
            `ProductionVariants[AllTraffic].InstanceType`; of a stack `Parameters.NAME`,
            `Tags.KEY`, `Resources.ID.Properties...` or `Outputs.ID`.
        desired: what git says.
        deployed: what CloudFormation was last given, as far as its digest proves it.
        live: what is there.
    """

    path: str
    desired: str | None
    deployed: str | None
    live: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """Something that is not as it was deployed.

    Attributes:
        workload: full name, the first part of its stacks' names.
        stage: of the settings; `delivery` for a delivery pipeline.
        logical_id: of the resource in its stack; empty where the stack itself drifted.
        physical_id: what AWS calls it; empty where nobody knows.
        resource_type: such as `AWS::SageMaker::Endpoint`; of a stack, CloudFormation's own.
        properties: what differs, at least one.
        next_step: the command, or the sentence, that helps.
    """

    kind: DriftKind
    stack: StackId
    workload: str
    stage: str
    logical_id: str
    physical_id: str
    resource_type: str
    properties: tuple[PropertyDrift, ...]
    next_step: str

    def __post_init__(self) -> None:
        """Refuse a drift without anything to show.

        Raises:
            ValueError: there is no property.
        """
        if not self.properties:
            message = f"a drift of {self.stack} {self.logical_id} shows nothing"
            raise ValueError(message)

    @property
    def id(self) -> str:
        """Name this drift for ever: what drifted, and what it is now."""
        named = {
            "kind": self.kind.name,
            "stack": [self.stack.account, self.stack.region, self.stack.name],
            "logical_id": self.logical_id,
            "physical_id": self.physical_id,
            "live": {each.path: each.live for each in self.properties},
        }
        return sha256(canonical(named)).hexdigest()[:32]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotCompared:
    """Something that nobody looked at, and why; `logical_id` is empty where it is a stack."""

    stack: StackId
    logical_id: str
    resource_type: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftReport:
    """What a sweep found.

    Attributes:
        drifts: by workload, stage and resource.
        not_compared: what nobody looked at; with one of them a sweep is incomplete.
        compared: how many resources and stacks were.
    """

    drifts: tuple[Drift, ...]
    not_compared: tuple[NotCompared, ...]
    compared: int
