"""Carry: apply one commit of the branch, and start nothing that was started before."""

from collections.abc import Callable
from dataclasses import dataclass

from mlops_gitops.config.settings import Settings
from mlops_gitops.desired.names import workload_stack
from mlops_gitops.errors import (
    AwsError,
    Blocked,
    InvalidRepository,
    MlopsError,
    NotAuthorized,
    PolicyFailure,
    UsageError,
)
from mlops_gitops.pipeline.delivery import pipeline_name
from mlops_gitops.runs.applied import Applied, Outcome
from mlops_gitops.runs.execution import Execution, ExecutionStatus
from mlops_gitops.status.history import is_deployment
from mlops_gitops.status.watch import Done
from mlops_gitops.use_cases.apply import Leave, Reporter, apply
from mlops_gitops.use_cases.changed import touched
from mlops_gitops.use_cases.world import World

_DECIDED = (ExecutionStatus.SUCCEEDED, ExecutionStatus.FAILED, ExecutionStatus.STOPPED)
"""How an execution ends that had its turn; one that was superseded or cancelled had none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What became of one commit.

    Attributes:
        applied: what became of each workload; none where nothing was touched.
        refusal: why nothing was touched; None if something may have been.
        seconds: how long it took.
    """

    commit: str
    done: Done
    applied: tuple[Applied, ...] = ()
    refusal: MlopsError | None = None
    seconds: float = 0.0

    @property
    def may_pass(self) -> bool:
        """Whether some workload failed in a way that may be over in a moment."""
        return any(_is_passing(each.failure) for each in self.applied)

    @property
    def exit_code(self) -> int:
        """Give the exit code of the first failure; 0 if there is none."""
        failures = (self.refusal, *(each.failure for each in self.applied))
        return next((each.exit_code for each in failures if each), 0)


def carry(
    open_world: Callable[[str], World], home: Settings, commit: str, before: str, report: Reporter
) -> Carried:
    """Apply one commit.

    Args:
        open_world: opens the world of a commit.
        home: settings that the watcher found its lease by.
        commit: full id.
        before: full id of the commit that was done before; empty if none was.
        report: is told what is being done.

    Raises:
        MlopsError: AWS or git failed before anything was touched; nothing is known of the commit.
    """
    try:
        world = open_world(commit)
        _refuse_another_home(home, world.settings)
    except (InvalidRepository, UsageError) as refused:
        return Carried(commit=commit, done=Done.REFUSED, refusal=refused)
    try:
        applied = apply(world, report, leave=_leave(world, commit, before))
    except (InvalidRepository, Blocked, PolicyFailure) as refused:
        # What the files name may be there later, and who forbids it may be asked.
        return Carried(commit=commit, done=Done.PARTLY, refusal=refused)
    # What is suspended is looked at again, as it may be resumed without a commit.
    waits = any(each.failure or each.outcome is Outcome.SUSPENDED for each in applied)
    return Carried(commit=commit, done=Done.PARTLY if waits else Done.CARRIED, applied=applied)


def _refuse_another_home(home: Settings, settings: Settings) -> None:
    def where(of: Settings) -> tuple[str, ...]:
        return of.assets_bucket, of.orchestrator_account, of.region

    if where(home) != where(settings):
        raise UsageError(
            f"{settings.path} names another installation: the lease lies in s3://"
            f"{home.assets_bucket}, account {home.orchestrator_account}, {home.region}.",
            hint="End the watcher and start it again, if that is meant.",
        )


def _leave(world: World, commit: str, before: str) -> Leave:
    """Say which workloads are left alone, although their stacks are not as desired.

    Those whose newest execution carried this very digest: what failed, was rejected or was stopped
    is not repeated unless a commit touches it or a person says so, and what was changed by hand
    since is drift, which the stages' settings decide about.
    """
    names = _touched(world, commit, before)

    def leave(workload: str, digest: str) -> Execution | None:
        pipeline = pipeline_name(workload)
        found = filter(is_deployment, world.pipelines.executions(pipeline))
        newest = next(found, None)
        if newest is None or newest.status not in _DECIDED:
            return None
        variables = world.pipelines.details(pipeline, newest.id).variables
        if variables.get("digest") != digest:
            return None
        has_failed = newest.status is not ExecutionStatus.SUCCEEDED
        is_asked_again = workload in names and variables.get("commit") != commit
        return None if has_failed and is_asked_again else newest

    return leave


def _touched(world: World, commit: str, before: str) -> frozenset[str]:
    """Name the workloads that a commit touches; all, where nothing was done before."""
    configs = world.repository.configs
    named = {each.document.path: workload_stack(world.settings, each) for each in configs}
    if not before:
        return frozenset(named.values())
    part = touched(
        world.commits.changed_between(before, commit),
        {each.document.path: (each.blueprint,) for each in configs},
        {each.document.path: each.named for each in configs},
    )
    return frozenset(name for path, name in named.items() if path in part.configs)


def _is_passing(failure: MlopsError | None) -> bool:
    return isinstance(failure, AwsError) and not isinstance(failure, NotAuthorized)
