"""Apply: carry every changed workload into its delivery pipeline, side by side."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from mlops_gitops.diff.plan import Action, Plan, StackChange, Verdict
from mlops_gitops.errors import Blocked, MlopsError
from mlops_gitops.pipeline.delivery import delivery_pipeline, pipeline_name, summary_variable
from mlops_gitops.pipeline.summary import summary_line
from mlops_gitops.runs.applied import Applied, Outcome
from mlops_gitops.runs.execution import Execution
from mlops_gitops.runs.start import StartRequest, not_yet_known, running, start_token
from mlops_gitops.use_cases.deliver import ensure_pipeline, ensure_stage_stack, upload
from mlops_gitops.use_cases.desire import Desired, DesiredWorkload, desire
from mlops_gitops.use_cases.plan import plan_desired
from mlops_gitops.use_cases.world import World

_AT_ONCE = 8
_NO_COMMIT = "uncommitted"


Reporter = Callable[[str, str], None]
"""Is told a workload's name and what is being done with it."""


def apply(world: World, report: Reporter, saved: Plan | None = None) -> tuple[Applied, ...]:
    """Carry every changed workload into its delivery pipeline.

    Args:
        world: the repository and AWS.
        report: is called from several threads.
        saved: a plan that was shown before; only exactly that is carried out.

    Raises:
        Blocked: the saved plan is stale.
        InvalidRepository: a config names what is not there; nothing has been touched.
    """
    desired = desire(world)
    plan = plan_desired(world, desired)
    if saved is not None and saved != plan:
        hint = "Make a new one with `mlops-gitops plan --out`, look at it, and apply that."
        raise Blocked("The world moved since this plan was made.", hint=hint)

    def one(workload: DesiredWorkload) -> Applied:
        return _apply_one(world, desired, plan, workload, report)

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return tuple(pool.map(one, desired.workloads))


def _apply_one(
    world: World, desired: Desired, plan: Plan, workload: DesiredWorkload, report: Reporter
) -> Applied:
    """Carry one workload; its failure is a value, so that no other workload is held up."""
    ids = {stack.id for stack in workload.stacks}
    changes = [change for change in plan.changes if change.id in ids]
    digest = workload.bundle.digest
    try:
        return _carry(world, desired, workload, changes, plan.commit, report)
    except MlopsError as failure:
        return Applied(
            workload=workload.name, outcome=Outcome.FAILED, digest=digest, failure=failure
        )


def _carry(
    world: World,
    desired: Desired,
    workload: DesiredWorkload,
    changes: Sequence[StackChange],
    commit: str,
    report: Reporter,
) -> Applied:
    unchanged = all(change.action is Action.KEEP for change in changes)
    if unchanged and not _another_is_under_way(world, workload):
        return Applied(
            workload=workload.name, outcome=Outcome.UNCHANGED, digest=workload.bundle.digest
        )
    _refuse_blocked(world, workload, changes)
    report(workload.name, "checking the delivery pipeline")
    wanted = delivery_pipeline(world.settings, workload.name, workload.stacks, desired.installation)
    ensure_pipeline(world, workload.name, wanted)
    for change in changes:
        ensure_stage_stack(world, change)
    report(workload.name, "uploading the bundle")
    version = upload(world, workload.bundle)
    return _start(world, workload, changes, commit, version)


def _another_is_under_way(world: World, workload: DesiredWorkload) -> bool:
    """Whether stacks are as desired only until an older commit's execution reaches them."""
    latest = world.assets.latest(workload.bundle.key)
    if latest is None or latest.sha256 == workload.bundle.sha256:
        return False
    executions = world.pipelines.executions(pipeline_name(workload.name))
    return any(not each.status.is_over for each in executions)


def _refuse_blocked(
    world: World, workload: DesiredWorkload, changes: Sequence[StackChange]
) -> None:
    for change in changes:
        if change.verdict is Verdict.BLOCKED:
            raise Blocked(f"Stack {change.id} is {change.status.value}.", hint=change.next_step)
    busy = [change for change in changes if change.verdict is Verdict.BUSY]
    if not busy:
        return
    # Busy with our own execution is no obstacle: the delivery pipeline queues.
    executions = world.pipelines.executions(pipeline_name(workload.name))
    if all(each.status.is_over for each in executions):
        change = busy[0]
        raise Blocked(f"Stack {change.id} is {change.status.value}.", hint=change.next_step)


def _start(
    world: World,
    workload: DesiredWorkload,
    changes: Sequence[StackChange],
    commit: str,
    version: str,
) -> Applied:
    name = pipeline_name(workload.name)
    executions = world.pipelines.executions(name)
    digest = workload.bundle.digest
    already = running(executions, version) or _just_started(world, name, executions, digest)
    if already is not None:
        return Applied(
            workload=workload.name,
            outcome=Outcome.UNDER_WAY,
            digest=digest,
            execution_id=already.id,
        )
    summaries = {summary_variable(change.stage): summary_line(change) for change in changes}
    request = StartRequest(
        bundle_version=version,
        variables={"commit": commit or _NO_COMMIT, "digest": digest, **summaries},
        token=start_token(executions, version),
    )
    execution_id = world.pipelines.start(name, request)
    return Applied(
        workload=workload.name, outcome=Outcome.STARTED, digest=digest, execution_id=execution_id
    )


def _just_started(
    world: World, pipeline: str, executions: Sequence[Execution], digest: str
) -> Execution | None:
    """Find an execution of this digest that was started a moment ago, before its Source ran."""
    for execution in not_yet_known(executions):
        if world.pipelines.details(pipeline, execution.id).variables.get("digest") == digest:
            return execution
    return None
