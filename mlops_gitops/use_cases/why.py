"""Why: what keeps a workload from being as it should be, from AWS's own mouth."""

from collections.abc import Mapping

from mlops_gitops.config.secrets import masked
from mlops_gitops.desired.gates import stage_name
from mlops_gitops.desired.stack import StackId
from mlops_gitops.diff.deployed import StackStatus
from mlops_gitops.diff.plan import Verdict
from mlops_gitops.diff.states import repair_command, state_of
from mlops_gitops.errors import AwsError
from mlops_gitops.pipeline.delivery import RUN, pipeline_name
from mlops_gitops.runs.execution import ActionRun, ActionStatus
from mlops_gitops.runs.pipeline_execution import LOG_GROUPS
from mlops_gitops.status.diagnosis import Diagnosis, Log, StageDiagnosis
from mlops_gitops.status.report import APPROVAL, StageStatus, Sync, WorkloadStatus
from mlops_gitops.use_cases.side_by_side import side_by_side
from mlops_gitops.use_cases.status import status
from mlops_gitops.use_cases.world import World

_LINES = 10
_ENDPOINT_LOGS = "/aws/sagemaker/Endpoints/"
_VARIANT = "AllTraffic"
"""What the blueprints call an endpoint's variant; its log streams begin with it."""


def why(world: World, workload: str) -> Diagnosis:
    """Say why a workload is not as it should be, and what to do first.

    Args:
        world: the repository and AWS.
        workload: its full name.

    Raises:
        AwsError: something could not be read, so nothing is concluded.
    """
    (found,) = status(world, frozenset([workload]))
    runs = _runs(world, found)
    stages = side_by_side(lambda each: _stage(world, found, each, runs), found.stages)
    steps = [found.failure.next_step] if found.failure else []
    steps += [each.next_step for each in stages if each.next_step]
    return Diagnosis(
        workload=found.workload,
        name=found.name,
        execution_id=found.execution_id,
        execution_status=found.execution_status,
        failure=found.failure.reason if found.failure else "",
        stages=stages,
        next_step=steps[0] if steps else "",
    )


def _runs(world: World, found: WorkloadStatus) -> Mapping[str, ActionRun]:
    """Find what the newest execution ran, by the stages of the delivery pipeline."""
    if not found.execution_id:
        return {}
    actions = world.pipelines.actions(pipeline_name(found.name), found.execution_id)
    return {each.stage: each for each in actions if each.action == RUN}


def _stage(
    world: World, found: WorkloadStatus, stage: StageStatus, runs: Mapping[str, ActionRun]
) -> StageDiagnosis:
    run = runs.get(stage_name(world.settings, stage.stage))
    job = _job(world, stage, run)
    has_failed = stage.failure is not None and stage.failure.what == "failed"
    return StageDiagnosis(
        stage=stage.stage,
        account=stage.account,
        stack=stage.stack,
        stack_status=stage.stack_status,
        sync=stage.sync,
        health=stage.health,
        resource=_resource(world, stage),
        reason=stage.failure.reason if stage.failure else "",
        service_reason=_service_reason(world, stage),
        log=_log(world, stage, job, run) if has_failed else None,
        running=tuple(_running(stage, job, run)),
        waiting=stage.waiting,
        next_step=_next_step(found, stage),
    )


def _job(world: World, stage: StageStatus, run: ActionRun | None) -> str:
    """Name the job that the stage's state machine asked for last; empty where none is known."""
    if run is None or not run.external_id:
        return ""
    try:
        progress = world.machines.progress(stage.account, run.external_id)
    except AwsError:
        return ""  # the machine may be gone; why it failed is told without it
    return progress.job if progress else ""


def _resource(world: World, stage: StageStatus) -> str:
    if stage.failure is None or not stage.failure.resource:
        return ""
    id_ = StackId(stage.account, world.settings.region, stage.stack)
    failed = world.stacks.first_failure(id_)
    kind = f" ({failed.resource_type})" if failed else ""
    return f"{stage.failure.resource}{kind}"


def _service_reason(world: World, stage: StageStatus) -> str:
    """Give SageMaker's own reason for an endpoint that is not well."""
    if not stage.endpoint:
        return ""
    health = world.endpoints.health(stage.account, stage.endpoint)
    return masked(health.reason) if health else ""


def _log(world: World, stage: StageStatus, job: str, run: ActionRun | None) -> Log | None:
    """Read the last lines of what failed: of the job, else of the endpoint."""
    if run is not None and run.status is ActionStatus.FAILED:
        if not job:
            return None
        # Which kind of job it is, its name does not say; there is one log group for each kind.
        tried = [_lines(world, stage.account, group, job) for group in LOG_GROUPS.values()]
        return next((each for each in tried if each.lines), tried[0])
    if not stage.endpoint:
        return None
    return _lines(world, stage.account, f"{_ENDPOINT_LOGS}{stage.endpoint}", _VARIANT)


def _lines(world: World, account: str, group: str, stream: str) -> Log:
    try:
        lines = world.sagemaker_pipelines.log(account, group, stream)
    except AwsError as error:
        return Log(group=group, missing=error.message)
    if not lines:
        return Log(group=group, missing=f"{group} has no stream {stream}.")
    return Log(group=group, lines=tuple(masked(line) for line in lines[-_LINES:]))


def _running(stage: StageStatus, job: str, run: ActionRun | None) -> list[str]:
    told = []
    if stage.endpoint and stage.endpoint_status:
        kind = stage.facts.get("instance")
        on = f" on {kind}" if kind else ""
        told.append(f"endpoint {stage.endpoint}{on}, {stage.endpoint_status}: costs until deleted")
    if job and run is not None and run.status is ActionStatus.IN_PROGRESS:
        told.append(f"job {job}: costs until it ends")
    return told


def _next_step(found: WorkloadStatus, stage: StageStatus) -> str:
    status_ = StackStatus(stage.stack_status)
    if state_of(status_).verdict in (Verdict.BLOCKED, Verdict.RECREATE):
        return repair_command(found.called)
    if stage.failure:
        return stage.failure.next_step
    if stage.waiting == APPROVAL:
        return f"mlops-gitops approve {found.called} --stage {stage.stage}"
    has_failed = found.failure or any(each.failure for each in found.stages)
    is_idle = not has_failed and found.execution_status not in ("InProgress", "Stopping")
    if is_idle and stage.sync in (Sync.ABSENT, Sync.OUT_OF_SYNC, Sync.ORPHANED):
        return found.again
    return ""
