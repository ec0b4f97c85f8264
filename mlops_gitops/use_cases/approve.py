"""Approve and reject: a decision about exactly what would be deployed."""

from dataclasses import dataclass, replace

from mlops_gitops.config.settings import Stage
from mlops_gitops.desired.digest import bundle_digest, digest_of
from mlops_gitops.desired.gates import stage_name
from mlops_gitops.desired.names import stage_stack
from mlops_gitops.diff.change_set import ChangeSet, ChangeSetState
from mlops_gitops.diff.redact import redacted_resources
from mlops_gitops.errors import Blocked, NotAuthorized, UsageError
from mlops_gitops.package.bundle import BundledStage, bundle_key
from mlops_gitops.package.make import read_bundle
from mlops_gitops.pipeline.approval import (
    Answer,
    Decision,
    PendingApproval,
    approval_summary,
    expiry,
    is_same_digest,
    rejection_summary,
    settings_summary,
)
from mlops_gitops.pipeline.approvers import approver_role
from mlops_gitops.pipeline.brakes import refuse_blocked
from mlops_gitops.pipeline.by_settings import why_a_person
from mlops_gitops.pipeline.delivery import APPROVE, change_set_name, pipeline_name
from mlops_gitops.runs.execution import StageState
from mlops_gitops.use_cases.card_approval import refuse_stale_status
from mlops_gitops.use_cases.find import find_stage
from mlops_gitops.use_cases.four_eyes import refuse_author
from mlops_gitops.use_cases.holds import refuse_held
from mlops_gitops.use_cases.judge_gate import judge_gate
from mlops_gitops.use_cases.world import World

_STALE = "Run `mlops-gitops reject` for this approval and `mlops-gitops apply` to prepare it anew."


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A pending approval and the change set it is about; they have been found to agree."""

    approval: PendingApproval
    stage: Stage
    change_set: ChangeSet


def pending_approvals(world: World, workload: str) -> tuple[PendingApproval, ...]:
    """Find the approvals of a workload that wait for somebody, in the order of promotion."""
    states = {state.stage: state for state in world.pipelines.state(pipeline_name(workload))}
    found = []
    for stage in world.settings.places:
        state = states.get(stage_name(world.settings, stage.name))
        if state is not None and state.approval_token:
            found.append(_pending(world, workload, stage, state))
    return tuple(found)


def review_approval(world: World, workload: str, stage: str | None, digest: str | None) -> Review:
    """Read a pending approval and hold it to its change set.

    Args:
        world: the repository and AWS.
        workload: full name.
        stage: which stage; None if only one approval waits.
        digest: what the approver saw, whole or at least its first 12 digits; None to be shown.

    Raises:
        Blocked: nothing waits, another digest waits, it is held, or the world moved since it was
            prepared.
        PolicyFailure: it would do what the stage blocks.
    """
    approval = _choose(world, workload, stage)
    if digest is not None and not is_same_digest(digest, approval.digest):
        raise Blocked(
            f"What waits in {approval.stage} is {approval.digest}, not {digest}.",
            hint="Look at what waits with `mlops-gitops status`; nothing was approved.",
        )
    _refuse_held(world, approval)
    review = _review(world, approval)
    _refuse_blocked(world, review)
    return review


def refuse_unseen(world: World, review: Review) -> None:
    """Refuse what would reach production though nobody said that they had looked at it.

    Raises:
        Blocked: the stage is production, so a digest is needed, or an answer on a terminal.
    """
    if world.settings.is_production(review.stage):
        raise Blocked(
            f"--yes alone is not enough for {review.stage.name}: nothing says what was looked at.",
            hint=f"Look at the changes above, then repeat with --digest {review.approval.digest}.",
        )


def approve(world: World, review: Review) -> None:
    """Let a reviewed stage be deployed; the world is looked at once more before.

    Raises:
        Blocked: somebody else decided, the world moved since the review, it is held by now, or
            the commit is the approver's own and the stage wants somebody else.
        PolicyFailure: it would do by now what the stage blocks.
    """
    _refuse_held(world, review.approval)
    review = _review(world, review.approval)
    approval = review.approval
    refuse_author(world, review.stage, approval)
    _refuse_blocked(world, review)
    summary = approval_summary(approval.digest, world.identity.arn())
    _decide(world, approval, Answer.APPROVED, summary)


def let_through(world: World, approval: PendingApproval) -> str:
    """Let a stage be deployed if its settings do; say why a person has to decide, else nothing.

    The change set is held to the bundle as for a person, and judged as it stands now, whatever
    the plan had said when it was applied.

    Raises:
        Blocked: somebody else decided, it is held, or the world moved since it was prepared.
        PolicyFailure: it would do what the stage blocks.
    """
    _refuse_held(world, approval)
    review = _review(world, approval)
    judged = judge_gate(world, review.change_set)
    refuse_blocked(world.settings, review.stage, judged.risks)
    why = why_a_person(review.stage, judged)
    if not why:
        summary = settings_summary(approval.digest, world.identity.arn())
        _decide(world, approval, Answer.APPROVED, summary)
    return why


def reject(world: World, workload: str, stage: str | None, reason: str) -> PendingApproval:
    """Refuse a stage; the execution fails there and nothing is deployed.

    Raises:
        Blocked: nothing waits, or somebody else decided.
    """
    approval = _choose(world, workload, stage)
    summary = rejection_summary(reason, approval.digest, world.identity.arn())
    _decide(world, approval, Answer.REJECTED, summary)
    return approval


def _refuse_held(world: World, approval: PendingApproval) -> None:
    refuse_held(world, approval.workload_stack, approval.stage, approval.digest)


def _refuse_blocked(world: World, review: Review) -> None:
    if review.stage.block:
        judged = judge_gate(world, review.change_set)
        refuse_blocked(world.settings, review.stage, judged.risks)


def _decide(world: World, approval: PendingApproval, answer: Answer, summary: str) -> None:
    role = approver_role(world.settings, approval.stage, world.identity.arn())
    decision = Decision(
        pipeline_stage=approval.pipeline_stage,
        action=APPROVE,
        token=approval.token,
        answer=answer,
        summary=summary,
        role=role,
    )
    try:
        world.pipelines.decide(pipeline_name(approval.workload_stack), decision)
    except NotAuthorized as error:
        if role is None:
            raise
        raise NotAuthorized(
            f"Only the approvers of {approval.stage} decide there. {error.message}",
            hint=f"{world.settings.path} names them, and `mlops-gitops bootstrap` in account "
            f"{role.account} lets them in.",
            code=error.code,
        ) from error


def _choose(world: World, workload: str, stage: str | None) -> PendingApproval:
    if stage is not None:
        find_stage(world.settings, stage)
    pending = pending_approvals(world, workload)
    wanted = [each for each in pending if stage in (None, each.stage)]
    if not wanted:
        place = f" in {stage}" if stage else ""
        raise Blocked(
            f"No approval of {workload} waits{place}.",
            hint="`mlops-gitops status` shows where it is.",
        )
    if len(wanted) > 1:
        names = ", ".join(each.stage for each in wanted)
        raise UsageError(f"Approvals wait in {names}.", hint="Name one with --stage.")
    return wanted[0]


def _pending(world: World, workload: str, stage: Stage, state: StageState) -> PendingApproval:
    details = world.pipelines.details(pipeline_name(workload), state.execution_id)
    bundle = _bundle(world, workload, details.bundle_version)
    digests = {name: each.digest for name, each in bundle.items()}
    return PendingApproval(
        workload_stack=workload,
        stage=stage.name,
        pipeline_stage=state.stage,
        execution_id=state.execution_id,
        shown=bundle[stage.name],
        token=state.approval_token,
        digest=bundle_digest(digests),
        variables=details.variables,
        since=state.approval_since,
        newer=state.waiting,
        expiry=expiry(state.approval_since, stage.approval_timeout_minutes, world.clock.now()),
    )


def _bundle(world: World, workload: str, version: str) -> dict[str, BundledStage]:
    try:
        return read_bundle(world.assets.read(bundle_key(workload), version))
    except ValueError as error:
        message = f"Version {version} of the bundle of {workload} cannot be read: {error}"
        raise Blocked(message, hint=_STALE) from error


def _review(world: World, approval: PendingApproval) -> Review:
    stage = world.settings.stage(approval.stage)
    id_ = stage_stack(world.settings, approval.workload_stack, stage)
    change_set = world.stacks.change_set(id_, change_set_name(approval.execution_id))
    if change_set is None:
        message = f"Change set {change_set_name(approval.execution_id)} of {id_} is gone."
        raise Blocked(message, hint=_STALE)
    _refuse_unless_deployable(change_set)
    _refuse_unless_same(world, change_set, approval.shown)
    if change_set.state is ChangeSetState.AVAILABLE:
        parameters = approval.shown.parameters
        refuse_stale_status(world, approval.workload_stack, stage, parameters, _STALE)
    shown = replace(change_set, changes=redacted_resources(change_set.changes))
    return Review(approval=approval, stage=stage, change_set=shown)


def _refuse_unless_deployable(change_set: ChangeSet) -> None:
    match change_set.state:
        case ChangeSetState.AVAILABLE | ChangeSetState.EMPTY:
            return
        case ChangeSetState.OBSOLETE:
            why = "is obsolete: the stack was changed after it was prepared"
        case ChangeSetState.EXECUTED:
            why = "was executed by somebody else"
        case ChangeSetState.PENDING:
            why = "is still being made"
        case ChangeSetState.FAILED:
            why = f"failed: {change_set.reason}"
    raise Blocked(f"Change set {change_set.name} of {change_set.stack} {why}.", hint=_STALE)


def _refuse_unless_same(world: World, change_set: ChangeSet, shown: BundledStage) -> None:
    """Hold what CloudFormation would deploy to what the digest was taken over."""
    differing = [
        what
        for what, theirs, ours in (
            ("template", digest_of(change_set.template), digest_of(shown.template)),
            ("parameters", dict(change_set.parameters), dict(shown.parameters)),
            ("tags", dict(change_set.tags), dict(shown.tags)),
        )
        if theirs != ours
    ]
    if differing:
        raise Blocked(
            f"Change set {change_set.name} of {change_set.stack} is not what was planned: "
            f"{', '.join(differing)} differ.",
            hint=_STALE,
        )
    if change_set.state is ChangeSetState.EMPTY:
        _refuse_unless_deployed(world, change_set, shown)


def _refuse_unless_deployed(world: World, change_set: ChangeSet, shown: BundledStage) -> None:
    """An empty change set locks nothing, so the stack itself must still be as planned."""
    stack = world.stacks.find(change_set.stack)
    if stack is None or stack.digest != shown.digest or stack.parameters != shown.parameters:
        raise Blocked(f"Stack {change_set.stack} was changed after it was prepared.", hint=_STALE)
