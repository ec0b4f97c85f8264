"""Adoptions: how what exists already becomes part of our stacks, and what differs afterwards.

What people depend on has an identity that a new resource cannot have: an endpoint's name, an API's
address, a schedule's name. Only that is taken over; the rest is made anew by the next deployment,
and the old goes when nothing uses it any more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from mlops_gitops.desired.stack import StackId
from mlops_gitops.diff.plan import Plan

IDENTIFIERS: Mapping[str, tuple[str, ...]] = {
    "AWS::ApiGateway::Method": ("RestApiId", "ResourceId", "HttpMethod"),
    "AWS::ApiGateway::Resource": ("RestApiId", "ResourceId"),
    "AWS::ApiGateway::RestApi": ("RestApiId",),
    "AWS::ApiGateway::Stage": ("RestApiId", "StageName"),
    "AWS::SageMaker::Endpoint": ("EndpointArn",),
    "AWS::SageMaker::MonitoringSchedule": ("MonitoringScheduleArn",),
}
"""What is taken over, and how an import names it: the registry's primaryIdentifier."""


class Step(Enum):
    """What is done to one stack, in this order; each step looks whether it is done already."""

    DETACH = "detach"  # the StackSet forgets the stack, which stays as it is
    RETAIN = "retain"  # the old stack learns to leave behind what it will lose
    RELEASE = "release"  # it loses it, and nothing is deleted
    IMPORT = "import"  # our stack gets it


@dataclass(frozen=True, slots=True, kw_only=True)
class Existing:
    """One resource that is taken over.

    Attributes:
        logical_id: its name in our template.
        was: its name in the old stack's template; empty where it is in none.
        physical_id: what CloudFormation calls the existing one.
    """

    logical_id: str
    resource_type: str
    was: str
    physical_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken(Existing):
    """One resource that is taken over, with all that an import needs.

    Attributes:
        identifier: how an import names it.
        definition: how our stack holds it until it is deployed to; just as it is now.
    """

    identifier: Mapping[str, str]
    definition: Mapping[str, Any]

    @property
    def existing(self) -> Existing:
        """Say which it is, without what others wrote into its definition."""
        return Existing(
            logical_id=self.logical_id,
            resource_type=self.resource_type,
            was=self.was,
            physical_id=self.physical_id,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftBehind:
    """What nobody's stack holds afterwards, or a stack that is not needed any more.

    Attributes:
        what: a stack's name, or a resource's type and physical id.
        until: when it can go, and how.
    """

    account: str
    what: str
    until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Adoption:
    """How one of our stacks comes by what exists.

    Attributes:
        workload: first part of its stacks' names.
        into: our stack.
        source: the stack that holds it now, which may be called like ours; None for none.
        stack_set: name of the StackSet that the source is to be detached from; empty for none.
        steps: what is still to be done, in order.
        taken: in the order of their names.
        sheds: names in the old stack of what it loses with it, and nobody's stack holds then.
        refused: why nothing of it can be done; empty if it can.
        hint: what to do about that.
    """

    workload: str
    stage: str
    into: StackId
    source: StackId | None
    steps: tuple[Step, ...]
    taken: tuple[Existing, ...]
    sheds: tuple[str, ...] = ()
    stack_set: str = ""
    refused: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OldPipeline:
    """A delivery pipeline of the predecessor that has the name of ours.

    Attributes:
        stack: which is deleted, and the pipeline with it, so that it deploys no more.
        pipelines: names of what it runs.
        keeps: what stays when it is deleted, such as a bucket with artifacts.
        refused: why it cannot be deleted now; empty if it can.
        hint: what to do about that.
    """

    workload: str
    stack: StackId
    pipelines: tuple[str, ...]
    keeps: tuple[str, ...]
    refused: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adoptions:
    """Everything that can be adopted, and what the next deployment will do afterwards.

    Attributes:
        after: the plan of the adopted workloads as it will be then.
    """

    pipelines: tuple[OldPipeline, ...]
    stacks: tuple[Adoption, ...]
    left: tuple[LeftBehind, ...]
    after: Plan

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to adopt."""
        return not (self.pipelines or self.stacks)

    @property
    def refusals(self) -> tuple[Adoption | OldPipeline, ...]:
        """What cannot be done, with its reason."""
        pipelines = (each for each in self.pipelines if each.refused)
        stacks = (each for each in self.stacks if each.refused)
        return (*pipelines, *stacks)
