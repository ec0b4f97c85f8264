"""Pass gates: let through what the settings do, and leave the rest to people."""

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from mlops_gitops.errors import MlopsError
from mlops_gitops.pipeline.approval import PendingApproval
from mlops_gitops.pipeline.by_settings import Passage
from mlops_gitops.status.progress import WorkloadProgress
from mlops_gitops.use_cases.approve import let_through, pending_approvals
from mlops_gitops.use_cases.follow import Followed
from mlops_gitops.use_cases.side_by_side import side_by_side
from mlops_gitops.use_cases.world import World

Watch = Callable[[Sequence[Followed]], tuple[WorkloadProgress, ...]]
"""Follows workloads until nothing moves without a person."""


def pass_gates(
    world: World,
    followed: Sequence[Followed],
    stages: AbstractSet[str],
    looked: AbstractSet[tuple[str, str]] = frozenset(),
) -> tuple[Passage, ...]:
    """Look at every approval that waits, and answer what the settings let through.

    Args:
        world: the repository and AWS.
        followed: workloads.
        stages: names of those to look at.
        looked: workload and token of approvals that are left alone, as they were looked at before.
    """
    found = side_by_side(lambda each: tuple(_gates(world, each, stages, looked)), followed)
    return tuple(passage for passages in found for passage in passages)


def follow_through(
    world: World,
    followed: Sequence[Followed],
    watch: Watch,
    tell: Callable[[Sequence[Passage]], None],
) -> tuple[WorkloadProgress, ...]:
    """Follow workloads, and pass the gates that settings let them; give the end.

    Args:
        world: the repository and AWS.
        followed: workloads.
        watch: follows them to the next gates.
        tell: is given what became of each approval of a stage whose settings tell risks apart.
    """
    stages = {each.name for each in world.settings.places if each.require_approval_for is not None}
    looked: frozenset[tuple[str, str]] = frozenset()
    while True:
        ended = watch(followed)
        passages = pass_gates(world, followed, stages, looked) if stages else ()
        tell(passages)
        passed = [each for each in passages if each.is_through]
        if not passed:
            return ended
        looked |= {(each.called, each.token) for each in passages}
        followed = [_answered(each, passed) for each in followed]


def _answered(followed: Followed, passed: Sequence[Passage]) -> Followed:
    tokens = {each.token for each in passed if each.called == followed.called}
    return replace(followed, answered=followed.answered | tokens)


def _gates(
    world: World,
    followed: Followed,
    stages: AbstractSet[str],
    looked: AbstractSet[tuple[str, str]],
) -> Iterator[Passage]:
    try:
        pending = pending_approvals(world, followed.name)
    except MlopsError as failure:
        yield Passage(called=followed.called, why=failure.message, failure=failure)
        return
    for approval in pending:
        if approval.stage in stages and (followed.called, approval.token) not in looked:
            yield _passage(world, followed, approval)


def _passage(world: World, followed: Followed, approval: PendingApproval) -> Passage:
    """Answer one approval; a refusal is a value, so that no other workload is held up."""
    passage = Passage(
        called=followed.called,
        stage=approval.stage,
        digest=approval.digest,
        token=approval.token,
    )
    try:
        return replace(passage, why=let_through(world, approval))
    except MlopsError as failure:
        return replace(passage, why=failure.message, failure=failure)
