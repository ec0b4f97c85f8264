"""Status: read what runs where and what the delivery pipelines are doing."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from mlops_gitops.config.secrets import masked, masked_value
from mlops_gitops.desired.gates import stage_name
from mlops_gitops.desired.names import delivery_stack, stage_stack
from mlops_gitops.desired.stack import DesiredStack, StackId
from mlops_gitops.diff.compare import find_orphans, needs_details
from mlops_gitops.diff.deployed import DeployedStack, StackStatus
from mlops_gitops.diff.plan import Orphan, Verdict
from mlops_gitops.diff.semantic import facts
from mlops_gitops.diff.states import APPLY, next_step, repair_command, retire_command, state_of
from mlops_gitops.pipeline.approval import Expiry, expiry, is_by_settings, rejection_reason
from mlops_gitops.pipeline.delivery import APPROVE, DEPLOY, SOURCE, pipeline_name
from mlops_gitops.runs.execution import (
    ActionRun,
    ActionStatus,
    Execution,
    ExecutionStatus,
    StageState,
)
from mlops_gitops.status.held import with_holds
from mlops_gitops.status.history import is_deployment
from mlops_gitops.status.report import (
    APPROVAL,
    Failure,
    StageStatus,
    Sync,
    WorkloadStatus,
    health_of,
)
from mlops_gitops.use_cases.desire import Desired, DesiredWorkload, desire, left_of
from mlops_gitops.use_cases.holds import read_holds
from mlops_gitops.use_cases.orphans import orphaned_workloads, runs
from mlops_gitops.use_cases.read_stacks import read_deployed
from mlops_gitops.use_cases.side_by_side import side_by_side
from mlops_gitops.use_cases.world import World

_ASK_AGAIN = "Commit a change, or ask once more, with `{}`."
_RETRY = "Mend the cause, then run `{}`."


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What runs where, declared or not.

    Attributes:
        orphans: stacks that no config declares.
    """

    workloads: tuple[WorkloadStatus, ...]
    orphans: tuple[Orphan, ...]


def status(world: World, only: frozenset[str] = frozenset()) -> tuple[WorkloadStatus, ...]:
    """Say what runs where.

    Args:
        world: the repository and AWS.
        only: full names of workloads; empty for all.
    """
    return survey(world, only).workloads


def survey(world: World, only: frozenset[str] = frozenset()) -> Survey:
    """Say what runs where, and what of it no config declares.

    Args:
        world: the repository and AWS.
        only: full names of workloads, declared or not; empty for all that are declared.
    """
    desired = desire(world)
    models = Counter(str(each.config.workload) for each in desired.workloads)
    wanted = [each for each in desired.workloads if not only or each.name in only]
    undeclared = sorted(only - {each.name for each in wanted})
    # Stacks are read last: where an execution has ended, what is seen of them is its end.
    names = [each.name for each in wanted] + undeclared
    progress = side_by_side(lambda name: _progress(world, name), names)
    deployed = read_deployed(world)
    holds = read_holds(world)
    left = left_of(replace(desired, workloads=tuple(wanted)), deployed).workloads
    subjects = [_declared(each, deployed, models) for each in left]
    subjects += _undeclared(world, undeclared, deployed)
    found = zip(subjects, progress, strict=True)
    told = side_by_side(lambda each: _workload(world, *each), found)
    return Survey(
        workloads=tuple(with_holds(each, holds) for each in told),
        orphans=_orphans(world, desired, deployed),
    )


def _orphans(
    world: World, desired: Desired, deployed: Mapping[StackId, DeployedStack]
) -> tuple[Orphan, ...]:
    ids = frozenset(stack.id for each in desired.workloads for stack in each.stacks)
    deliveries = {delivery_stack(each.name) for each in desired.workloads}
    others = (stack for stack in deployed.values() if stack.id.name not in deliveries)
    return find_orphans(world.settings.prefix, ids, others)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a workload runs, or should."""

    stage: str
    id: StackId
    sync: Sync
    deployed: DeployedStack | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Subject:
    """A workload that is asked about; `again` is the command that brings it where it should be."""

    workload: str
    name: str
    called: str
    digest: str
    places: tuple[_Place, ...]
    again: str


def _declared(
    workload: DesiredWorkload,
    deployed: Mapping[StackId, DeployedStack],
    models: Mapping[str, int],
) -> _Subject:
    model = str(workload.config.workload)
    stacks = [(each, deployed.get(each.id)) for each in workload.stacks]
    return _Subject(
        workload=model,
        name=workload.name,
        called=model if models[model] == 1 else workload.name,
        digest=workload.bundle.digest,
        places=tuple(
            _Place(stage=each.stage, id=each.id, sync=_sync(each, there), deployed=there)
            for each, there in stacks
        ),
        again=APPLY,
    )


def _undeclared(
    world: World, names: Sequence[str], deployed: Mapping[StackId, DeployedStack]
) -> Iterator[_Subject]:
    """Tell workloads that no config declares by their stacks; a tombstone's are nothing."""
    found = {each.name: each for each in orphaned_workloads(world, deployed)} if names else {}
    for name in names:
        orphan = found.get(name)
        stages = orphan.stages if orphan else ()
        stacks = [deployed[stage_stack(world.settings, name, each)] for each in stages]
        yield _Subject(
            workload=str(orphan.workload) if orphan else name,
            name=name,
            called=name,
            digest="",
            places=tuple(
                _Place(stage=stage.name, id=there.id, sync=_left(there), deployed=there)
                for stage, there in zip(stages, stacks, strict=True)
                if not there.is_shell
            ),
            again=retire_command(name) if runs(stacks) else repair_command(name),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Progress:
    """What a delivery pipeline has done and is doing; `states` and `failed` by its stages."""

    newest: Execution | None
    states: Mapping[str, StageState]
    failed: Mapping[str, ActionRun]


def _progress(world: World, workload: str) -> _Progress:
    name = pipeline_name(workload)
    executions = [each for each in world.pipelines.executions(name) if is_deployment(each)]
    newest = executions[0] if executions else None
    return _Progress(
        newest=newest,
        states={state.stage: state for state in world.pipelines.state(name)},
        failed=_failed_actions(world, name, newest),
    )


def _workload(world: World, subject: _Subject, progress: _Progress) -> WorkloadStatus:
    newest = progress.newest
    return WorkloadStatus(
        workload=subject.workload,
        name=subject.name,
        called=subject.called,
        desired_digest=subject.digest,
        execution_id=newest.id if newest else "",
        execution_status=newest.status.value if newest else "",
        started_at=newest.started_at if newest else None,
        stages=tuple(_stage(world, each, progress, subject.again) for each in subject.places),
        failure=_source_failure(progress.failed.get(SOURCE), subject.again),
        again=subject.again,
    )


def _failed_actions(
    world: World, pipeline: str, newest: Execution | None
) -> Mapping[str, ActionRun]:
    """Find what failed in the newest execution, by stage.

    The state of the pipeline does not tell: an action that an execution has not reached still
    shows what it did for the execution before.
    """
    if newest is None or newest.status is not ExecutionStatus.FAILED:
        return {}
    runs = world.pipelines.actions(pipeline, newest.id)
    return {run.stage: run for run in runs if run.status is ActionStatus.FAILED}


def _source_failure(failed: ActionRun | None, again: str) -> Failure | None:
    if failed is None:
        return None
    reason = masked(failed.error or failed.summary)
    return Failure(what="failed", resource="", reason=reason, next_step=_RETRY.format(again))


def _stage(world: World, place: _Place, progress: _Progress, again: str) -> StageStatus:
    deployed = place.deployed
    action = stage_name(world.settings, place.stage)
    state, failed = progress.states.get(action), progress.failed.get(action)
    endpoint = deployed.outputs.get("EndpointName", "") if deployed else ""
    health = world.endpoints.health(place.id.account, endpoint) if endpoint else None
    return StageStatus(
        stage=place.stage,
        account=place.id.account,
        stack=place.id.name,
        stack_status=deployed.status.value if deployed else StackStatus.ABSENT.value,
        sync=place.sync,
        health=health_of(health.status if health else ""),
        digest=(deployed.digest or "") if deployed else "",
        facts=_facts(deployed),
        endpoint=endpoint,
        endpoint_status=health.status if health else "",
        execution_id=state.execution_id if state else "",
        waiting=_waiting(state),
        expiry=_expiry(world, place.stage, state),
        newer=state.waiting if state and state.approval_token else (),
        by_settings=state is not None and _is_by_settings(state),
        failure=_failure(world, place, failed, again),
    )


def _facts(deployed: DeployedStack | None) -> Mapping[str, str]:
    if deployed is None or not deployed.digest:
        return {}
    told = facts(deployed.parameters)
    return {name: masked_value(name, value) for name, value in told.items()}


def _sync(desired: DesiredStack, deployed: DeployedStack | None) -> Sync:
    if _is_busy(deployed):
        return Sync.UNKNOWN
    if deployed is None:
        return Sync.ABSENT
    if deployed.digest is None:
        # What another tool deployed, or `adopt` took over, runs, whatever it is.
        return Sync.OUT_OF_SYNC if state_of(deployed.status).exists else Sync.ABSENT
    return Sync.OUT_OF_SYNC if needs_details(desired, deployed) else Sync.IN_SYNC


def _left(deployed: DeployedStack) -> Sync:
    if _is_busy(deployed):
        return Sync.UNKNOWN
    return Sync.ORPHANED if state_of(deployed.status).exists else Sync.ABSENT


def _is_busy(deployed: DeployedStack | None) -> bool:
    return deployed is not None and state_of(deployed.status).verdict is Verdict.BUSY


def _waiting(state: StageState | None) -> str:
    if state is None:
        return ""
    if state.approval_token:
        return APPROVAL
    running = [run.action for run in state.actions if run.status is ActionStatus.IN_PROGRESS]
    return "" if not running else f"{running[0]} is running"


def _is_by_settings(state: StageState) -> bool:
    """Whether the newest approval was given, and by the settings."""
    return any(
        run.status is ActionStatus.SUCCEEDED and is_by_settings(run.summary)
        for run in state.actions
        if run.action == APPROVE
    )


def _expiry(world: World, stage: str, state: StageState | None) -> Expiry | None:
    if state is None or not state.approval_token:
        return None
    minutes = world.settings.stage(stage).approval_timeout_minutes
    return expiry(state.approval_since, minutes, world.clock.now())


def _failure(world: World, place: _Place, failed: ActionRun | None, again: str) -> Failure | None:
    """Tell why the newest execution failed in this stage; None if it did not."""
    if failed is None:
        return None
    if failed.action == APPROVE:
        return _rejection(failed, again)
    deployed = place.deployed
    resource = world.stacks.first_failure(place.id) if _died_in_stack(failed, deployed) else None
    step = next_step(deployed.status, place.id, again) if deployed else ""
    return Failure(
        what="failed",
        resource=resource.logical_id if resource else "",
        reason=masked(resource.reason if resource else failed.error or failed.summary),
        next_step=step or _RETRY.format(again),
    )


def _rejection(failed: ActionRun, again: str) -> Failure:
    """Tell who refused, or that nobody decided in time."""
    return Failure(
        what="rejected" if failed.summary else "failed",
        resource="",
        reason=masked(rejection_reason(failed.summary) or failed.error),
        next_step=_ASK_AGAIN.format(again),
    )


def _died_in_stack(failed: ActionRun, deployed: DeployedStack | None) -> bool:
    return deployed is not None and failed.action == DEPLOY
