"""Apply: carry every changed workload into its delivery pipeline, side by side."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from mlops_gitops.config.named_files import globs_of
from mlops_gitops.diff.plan import Method, Plan, StackChange
from mlops_gitops.errors import Blocked, MlopsError, UsageError
from mlops_gitops.pipeline.brakes import (
    Brake,
    is_confirmed,
    mass_change,
    mass_of,
    refuse_blocked_risks,
)
from mlops_gitops.pipeline.delivery import (
    delivery_pipeline,
    pipeline_name,
)
from mlops_gitops.pipeline.endpoints import (
    accepted_deletions,
    deletes_protected,
    refuse_endpoint_deletion,
)
from mlops_gitops.pipeline.held import suspension
from mlops_gitops.pipeline.installation import Installation
from mlops_gitops.pipeline.summary import author_line
from mlops_gitops.runs.applied import Applied, Outcome
from mlops_gitops.runs.execution import Execution
from mlops_gitops.runs.start import last_to_arrive, newest_failed, running
from mlops_gitops.use_cases.carrier import carrier
from mlops_gitops.use_cases.deliver import (
    ensure_pipeline,
    ensure_stage_stack,
    keep_inputs,
    refuse_unready,
    upload,
)
from mlops_gitops.use_cases.desire import DesiredWorkload, desire
from mlops_gitops.use_cases.holds import read_holds
from mlops_gitops.use_cases.plan import plan_by
from mlops_gitops.use_cases.side_by_side import side_by_side
from mlops_gitops.use_cases.start_variables import start_variables
from mlops_gitops.use_cases.starts import Seen, look_for_executions, settle_marks, start
from mlops_gitops.use_cases.world import World

_BLUEPRINTS = "blueprints/**"


Reporter = Callable[[str, str], None]
"""Is told a workload's name and what is being done with it."""

Leave = Callable[[str, str], Execution | None]
"""Given a workload's full name and digest, gives the execution of it that is not to be repeated."""


def leave_nothing(_workload: str, _digest: str) -> None:
    """Repeat whatever did not lead to what git says, as whoever calls `apply` means it."""


def apply(
    world: World,
    report: Reporter,
    saved: Plan | None = None,
    brake: Brake = Brake.ON,
    leave: Leave = leave_nothing,
) -> tuple[Applied, ...]:
    """Carry every changed workload into its delivery pipeline.

    Args:
        world: the repository and AWS.
        report: is called from several threads.
        saved: a plan that was shown before; only exactly that is carried out.
        brake: whether it counts how much would change.
        leave: says which workloads are left alone, although they are not as git says.

    Raises:
        Blocked: the saved plan is stale, or too much would change.
        UsageError: it is of a part of the repository.
        InvalidRepository: a config names what is not there; nothing has been touched.
    """
    if saved is not None and saved.since:
        hint = "Save one of the whole repository: `mlops-gitops plan --out FILE`."
        raise UsageError("This plan is of a part of the repository.", hint=hint)
    desired = desire(world)
    # Read before the stacks are: what ends in between has left its mark on them.
    seen = look_for_executions(world, [workload.name for workload in desired.workloads])
    plan = plan_by(world, desired, saved.method if saved else Method.TEMPLATE)
    # What is refused or held is told below, and may have been accepted since.
    if saved is not None and replace(saved, refused=(), held=()) != plan:
        hint = "Make a new one with `mlops-gitops plan --out`, look at it, and apply that."
        raise Blocked("The world moved since this plan was made.", hint=hint)

    tasks = _tasks(plan, desired.workloads, seen)
    if brake is Brake.ON:
        _refuse_mass_change(world, plan, tasks, leave)
    installation = desired.installation
    return side_by_side(lambda task: _apply_one(world, installation, task, report, leave), tasks)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """One workload, and what was found about it before anything was touched.

    Attributes:
        plan: the part of the plan that is about it.
    """

    workload: DesiredWorkload
    plan: Plan
    seen: Seen

    @property
    def executions(self) -> tuple[Execution, ...]:
        return self.seen.executions

    @property
    def changes(self) -> tuple[StackChange, ...]:
        return self.plan.changes

    @property
    def pipeline(self) -> str:
        return pipeline_name(self.workload.name)

    @property
    def digest(self) -> str:
        return self.workload.bundle.digest


def _tasks(
    plan: Plan, workloads: Sequence[DesiredWorkload], seen: Mapping[str, Seen]
) -> list[_Task]:
    changes = {change.id: change for change in plan.changes}
    left = [workload.among(changes) for workload in workloads]
    return [
        _Task(
            workload=workload,
            plan=replace(
                plan,
                changes=tuple(changes[each.id] for each in workload.stacks if each.id in changes),
                digests={workload.name: workload.bundle.digest},
                orphans=(),
            ),
            seen=seen[workload.name],
        )
        for workload in left
    ]


def _refuse_mass_change(world: World, plan: Plan, tasks: Sequence[_Task], leave: Leave) -> None:
    """Stop before anything is touched if one commit would change more than the settings let.

    What an execution carries already was let through before, and is not counted again; what is
    left alone does not change.
    """
    changes = {task.workload.name: task.changes for task in tasks}
    head = world.commits.head(())
    if not mass_of(world.settings, changes) or (
        head is not None and is_confirmed(plan.commit, head.message)
    ):
        return
    carried = {
        task.workload.name
        for task in tasks
        if _carrier(world, task, task.executions) or leave(task.workload.name, task.digest)
    }
    if mass := mass_of(world.settings, changes, carried):
        raise mass_change(world.settings, mass)


def _apply_one(
    world: World, installation: Installation, task: _Task, report: Reporter, leave: Leave
) -> Applied:
    """Carry one workload; its failure is a value, so that no other workload is held up."""
    try:
        return _carry(world, installation, task, report, leave)
    except MlopsError as failure:
        return _applied(task, Outcome.FAILED, failure=failure)


def _carry(
    world: World, installation: Installation, task: _Task, report: Reporter, leave: Leave
) -> Applied:
    workload = task.workload
    # Stacks that are as desired are so only until an execution under way reaches them.
    if (
        task.plan.is_empty
        and last_to_arrive(task.executions) is None
        and not _run_failed(world, task)
    ):
        settle_marks(world, task.seen)
        return _applied(task, Outcome.UNCHANGED)
    if (left := leave(workload.name, task.digest)) is not None:
        return _applied(task, Outcome.LEFT, left.id)
    # Read as late as may be: somebody may roll back while others are carried.
    holds = read_holds(world, workload.name)
    if (refused := holds.refusal(workload.name, task.digest)) is not None:
        raise Blocked(refused.why, hint=refused.hint)
    if (held := suspension(world.settings, holds, workload.name)) is not None:
        return replace(_applied(task, Outcome.SUSPENDED), held=held)
    _refuse_blocked(task)
    refuse_blocked_risks(world.settings, task.changes)
    _refuse_protected(world, task)
    report(workload.name, "checking the delivery pipeline")
    wanted = delivery_pipeline(world.settings, workload.name, workload.stacks, installation)
    ensure_pipeline(world, workload.name, wanted)
    if already := _carrier(world, task, task.executions):
        return _applied(task, Outcome.UNDER_WAY, already.id)
    for change in task.changes:
        ensure_stage_stack(world, change)
    report(workload.name, "uploading the bundle")
    keep_inputs(world, workload)
    return _start(world, task, upload(world, workload.bundle))


def _run_failed(world: World, task: _Task) -> bool:
    """Whether what this very digest runs has failed, so that it must be run again."""
    failed = newest_failed(task.executions)
    if failed is None or not any(stack.run for stack in task.workload.stacks):
        return False
    return world.pipelines.details(task.pipeline, failed.id).variables.get("digest") == task.digest


def _carrier(world: World, task: _Task, executions: Sequence[Execution]) -> Execution | None:
    return carrier(world, task.pipeline, task.digest, executions)


def _refuse_protected(world: World, task: _Task) -> None:
    """Refuse to delete endpoints of production that nobody gave up.

    What an execution carries already was given up before.
    """
    settings, head = world.settings, world.commits.head(())
    if not any(deletes_protected(settings, change) for change in task.changes):
        return
    accepted = accepted_deletions(task.plan.commit, head.message if head else "")
    if not _carrier(world, task, task.executions):
        refuse_endpoint_deletion(settings, task.workload.name, task.changes, accepted)


def _refuse_blocked(task: _Task) -> None:
    if not task.workload.stacks:
        message = f"An execution of {task.workload.name} is under way, and a tombstone stands."
        hint = "Let it finish, or `mlops-gitops reject` what waits, then repeat the command."
        raise Blocked(message, hint=hint)
    refuse_unready(task.changes, task.executions)


def _start(world: World, task: _Task, version: str) -> Applied:
    executions = world.pipelines.executions(task.pipeline)
    already = running(executions, version) or _carrier(world, task, executions)
    if already is not None:
        return _applied(task, Outcome.UNDER_WAY, already.id)
    name = task.workload.name
    variables = start_variables(world, name, task.plan, task.digest, _author(world, task))
    started = start(world, name, executions, version, variables)
    return _applied(task, Outcome.STARTED, started)


def _author(world: World, task: _Task) -> str:
    """Name whoever wrote the newest commit about this workload; empty outside git."""
    head = world.commits.head(())
    if head is None:
        return ""
    config, settings = task.workload.config, world.settings.path
    about = (config.document.path, settings, _BLUEPRINTS, *globs_of(config.named))
    wrote = world.commits.author_of(about)
    return author_line(wrote or head.author)


def _applied(
    task: _Task, outcome: Outcome, execution_id: str = "", failure: MlopsError | None = None
) -> Applied:
    return Applied(
        workload=task.workload.name,
        outcome=outcome,
        digest=task.digest,
        execution_id=execution_id,
        failure=failure,
    )
