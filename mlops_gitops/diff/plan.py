"""Plans: every difference between desired and deployed, before it is made."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from mlops_gitops.config.declared import Workload
from mlops_gitops.config.moved import Moved
from mlops_gitops.desired.stack import StackId
from mlops_gitops.diff.deployed import StackStatus


class Action(Enum):
    """What happens to a resource or a stack; the value is its sign."""

    CREATE = "+"
    UPDATE = "~"
    REPLACE = "±"
    DELETE = "-"
    KEEP = "="
    IMPORT = ">"  # exists already, and becomes the stack's
    SYNC = "≈"  # CloudFormation's record is brought to what is there; the resource stays as it is
    DYNAMIC = "?"  # CloudFormation itself knows only when it deploys


class Verdict(Enum):
    """Whether a stack can be deployed to as it is (the state table)."""

    READY = "ready"
    RECREATE = "recreate"  # a rolled-back creation is removed first
    BUSY = "busy"
    BLOCKED = "blocked"  # needs a person; `next_step` says what


class RiskKind(Enum):
    """What a change may do to what runs, mildest first."""

    ROLLOVER = "rollover"  # immutable by design, safe behind the endpoint
    COST = "cost"
    WIDENS_ACCESS = "widens-access"
    INTERRUPTS = "interrupts"
    DATA_LOSS = "data-loss"


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """One reason to look twice."""

    kind: RiskKind
    where: str
    why: str


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One value before and after; None where there is none."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessChange:
    """One permission that comes or goes.

    Attributes:
        where: logical id of the resource whose change this is.
        effect: `Allow` or `Deny`.
        principal: who; for the policy of a role, the role's logical id.
        action: may hold wildcards, as may `resource`.
        condition: JSON; empty for none.
        is_new: whether it comes; else it goes.
        widens: whether somebody may do then what nobody could before.
    """

    where: str
    effect: str
    principal: str
    action: str
    resource: str
    condition: str
    is_new: bool
    widens: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceChange:
    """What happens to one resource of a template.

    Attributes:
        because: why it is replaced, or whose replacement it follows; empty where the
            properties say it all.
        certain: False where only AWS knows whether the resource is replaced.
        retained: the old resource of a REPLACE or DELETE stays, or leaves a snapshot
            (DeletionPolicy, UpdateReplacePolicy).
    """

    logical_id: str
    resource_type: str
    action: Action
    properties: tuple[ValueChange, ...] = ()
    because: str = ""
    certain: bool = True
    retained: bool = False


class Method(Enum):
    """How a change was found out."""

    TEMPLATE = "template"  # our own structural diff
    CHANGE_SET = "change-set"  # CloudFormation's verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class StackChange:
    """What a deployment would do to one stack.

    Attributes:
        summary: semantic lines in the user's words, such as `instance ml.m5.large -> ml.m5.xlarge`.
        elsewhere: what differs outside of parameters and resources: outputs, tags, description.
        unprovable: why "no change" cannot be promised (dynamic references); empty if it can.
        next_step: for BUSY and BLOCKED, the safe next command.
        access: permissions that come and go.
        desired_digest: digest of the stack that would be deployed.
    """

    id: StackId
    workload: Workload
    stage: str
    action: Action
    verdict: Verdict
    status: StackStatus
    method: Method
    desired_digest: str
    deployed_digest: str | None
    summary: tuple[ValueChange, ...] = ()
    parameters: tuple[ValueChange, ...] = ()
    resources: tuple[ResourceChange, ...] = ()
    elsewhere: tuple[ValueChange, ...] = ()
    risks: tuple[Risk, ...] = ()
    access: tuple[AccessChange, ...] = ()
    unprovable: str = ""
    next_step: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Orphan:
    """A stack of this installation that no config declares any more."""

    id: StackId
    workload: str
    stage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What `apply` does not do.

    Attributes:
        workload: first part of its stacks' names; empty where it is about all that would change.
        stage: which one blocks it; empty where it is about all stages.
        message: what is refused, and why.
        hint: how to go on.
    """

    workload: str
    stage: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All changes of one commit, in the order workload, stage.

    Attributes:
        commit: full id of the commit the configs were read at; empty outside git.
        stages: names in the order of promotion.
        digests: workload's stack name -> bundle digest.
        since: full id of the commit since when the commit's changes are planned, and nothing
            else; empty where the whole repository is.
        open: what only AWS knows and was taken to be as it was; empty where AWS was asked.
        refused: what `apply` would refuse, as the settings say, or as somebody rolled back from it.
        held: what `apply` leaves as it is for now, as somebody suspended it.
        moved: configs that lie elsewhere than before, and workloads that go by another name; told
            only where a commit before is known.
    """

    commit: str
    stages: tuple[str, ...]
    changes: tuple[StackChange, ...]
    digests: Mapping[str, str]
    orphans: tuple[Orphan, ...] = ()
    since: str = ""
    open: tuple[str, ...] = ()
    refused: tuple[Refusal, ...] = ()
    held: tuple[Refusal, ...] = ()
    moved: tuple[Moved, ...] = ()

    @property
    def method(self) -> Method:
        """How it was made: by change set if any stack was asked about."""
        asked = any(change.method is Method.CHANGE_SET for change in self.changes)
        return Method.CHANGE_SET if asked else Method.TEMPLATE

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change."""
        return all(change.action is Action.KEEP for change in self.changes)

    @property
    def is_incomplete(self) -> bool:
        """Whether something could not be compared, so that nothing may be concluded from it."""
        return any(change.unprovable for change in self.changes)
