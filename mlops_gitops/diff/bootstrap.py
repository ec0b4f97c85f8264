"""What bootstrap would do: each of its parts compared with what an account has."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from mlops_gitops.desired.stack import DesiredStack, StackId, Template
from mlops_gitops.diff.compare import compare
from mlops_gitops.diff.deployed import DeployedStack
from mlops_gitops.diff.plan import Action, Method, ResourceChange, StackChange, Verdict
from mlops_gitops.diff.states import next_step, state_of
from mlops_gitops.diff.values import canonical

AGAIN = "mlops-gitops bootstrap"
_SECTIONS = ("Conditions.", "Parameters.", "Rules.")
_KEPT: Mapping[str, str] = {
    "AWS::DynamoDB::Table": "table",
    "AWS::ECR::Repository": "repository",
    "AWS::KMS::Key": "key",
    "AWS::S3::Bucket": "bucket",
    "AWS::SNS::Topic": "topic",
    "AWS::SageMaker::ModelPackageGroup": "model package group",
}
"""Resource type -> its word; what people keep things in, or subscribe to, is never taken away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartChange:
    """What bootstrap would do to one part.

    Attributes:
        part: name of the part, such as `account`.
        accounts: which it is for, where a StackSet carries it there; else empty.
        missing: those of them that do not have it, or failed to get it.
        left: accounts that have it, and that the settings name no more; nothing is taken away.
        refused: what bootstrap never does, with the reason; with any of it nothing is done.
        waits_for: outputs of parts before it that are not there yet; until then values are open.
    """

    part: str
    change: StackChange
    accounts: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    waits_for: tuple[str, ...] = ()

    @property
    def is_settled(self) -> bool:
        """Whether there is nothing to do."""
        return self.change.action is Action.KEEP and not self.missing


@dataclass(frozen=True, slots=True, kw_only=True)
class BootstrapPlan:
    """All that bootstrap would do with one account's credentials, in the order of doing.

    Attributes:
        account: whose credentials are in use.
        unwanted: stacks of parts that the settings want no more; nothing deletes them.
        lacking: what policies of a bucket and a key that were brought along do not say yet, and
            other things that are for their owner to change.
    """

    account: str
    region: str
    parts: tuple[PartChange, ...]
    unwanted: tuple[StackId, ...] = ()
    lacking: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change."""
        return all(part.is_settled for part in self.parts)

    @property
    def refused(self) -> tuple[str, ...]:
        """All that bootstrap never does."""
        return tuple(why for part in self.parts for why in part.refused)

    @property
    def blocked(self) -> tuple[StackChange, ...]:
        """Stacks that a person has to mend first."""
        return tuple(part.change for part in self.parts if part.change.verdict is Verdict.BLOCKED)


def compare_part(
    desired: DesiredStack, deployed: DeployedStack | None, template: Template | None
) -> StackChange:
    """Tell what bootstrap would do to a stack.

    Equal templates, parameters and tags are no change, and then CloudFormation is not asked.

    Args:
        desired: the part's stack; its template with buckets `by_names`, as the deployed one.
        deployed: what AWS tells; None where it knows no such stack.
        template: the deployed one; None where nothing is deployed.
    """
    if deployed is not None and template is not None and _agree(desired, deployed, template):
        return _kept(desired, deployed)
    change = compare(desired, deployed, template)
    return replace(
        change,
        next_step=next_step(change.status, change.id, AGAIN),
        # Their values and effects are told; how a template says so is for its own history.
        elsewhere=tuple(one for one in change.elsewhere if not one.name.startswith(_SECTIONS)),
    )


def _agree(desired: DesiredStack, deployed: DeployedStack, template: Template) -> bool:
    """Whether nothing differs: what differs without effect is deployed, so that it is said once."""
    return (
        state_of(deployed.status).verdict is Verdict.READY
        and canonical(template) == canonical(desired.template)
        and desired.parameter_values() == deployed.parameters
        and desired.tags.items() == deployed.tags.items()
    )


def _kept(desired: DesiredStack, deployed: DeployedStack) -> StackChange:
    return StackChange(
        id=desired.id,
        workload=desired.workload,
        stage=desired.stage,
        action=Action.KEEP,
        verdict=Verdict.READY,
        status=deployed.status,
        method=Method.TEMPLATE,
        desired_digest=desired.digest,
        deployed_digest=deployed.digest,
    )


def refusals(change: StackChange) -> tuple[str, ...]:
    """Say what a change would take away that people keep things in."""
    return tuple(_refusals(change))


def _refusals(change: StackChange) -> Iterator[str]:
    for one in change.resources:
        if (word := _KEPT.get(one.resource_type)) and (done := _taken(one)):
            because = f": {one.because}" if one.because else ""
            yield f"The {word} {one.logical_id} of {change.id} would be {done}{because}."


def _taken(change: ResourceChange) -> str:
    match change.action:
        case Action.REPLACE:
            return "replaced" if change.certain else "replaced, perhaps"
        case Action.DELETE if not change.retained:
            return "deleted"
        case Action.DYNAMIC:
            return "changed in a way that only CloudFormation knows"
        case _:
            return ""
