"""Revert: bring what was changed by hand back to what git says, through the gates.

What is wrong with a stack is mended by deploying the desired bundle again; what is wrong with its
resources, CloudFormation does not see unless it is told to look (`put_back`). Every step looks
before it acts, so whoever repeats the command goes on where it stopped.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from mlops_gitops.config.settings import Approval
from mlops_gitops.desired.names import DELIVERY
from mlops_gitops.desired.stack import DesiredStack
from mlops_gitops.diff.plan import Method, Plan, Verdict
from mlops_gitops.errors import Blocked, MlopsError
from mlops_gitops.pipeline.brakes import refuse_blocked_risks
from mlops_gitops.pipeline.delivery import (
    delivery_pipeline,
    pipeline_name,
    summary_variable,
)
from mlops_gitops.pipeline.installation import Installation
from mlops_gitops.pipeline.summary import drift_line
from mlops_gitops.runs.applied import Applied, Outcome
from mlops_gitops.runs.execution import Execution
from mlops_gitops.runs.start import running
from mlops_gitops.status.drift import Drift, DriftKind
from mlops_gitops.use_cases.apply import Reporter
from mlops_gitops.use_cases.approve import pending_approvals
from mlops_gitops.use_cases.carrier import carrier
from mlops_gitops.use_cases.deliver import (
    ensure_pipeline,
    ensure_stage_stack,
    keep_inputs,
    upload,
)
from mlops_gitops.use_cases.desire import Desired, DesiredWorkload, desire
from mlops_gitops.use_cases.drift import drift
from mlops_gitops.use_cases.follow import follow, to_follow
from mlops_gitops.use_cases.holds import refuse_held, refuse_start
from mlops_gitops.use_cases.plan import plan_by
from mlops_gitops.use_cases.put_back import NothingSeen, prepare_at_gate, put_back_now
from mlops_gitops.use_cases.restore_pipeline import restore_pipeline
from mlops_gitops.use_cases.side_by_side import side_by_side
from mlops_gitops.use_cases.start_variables import caller_line, carried_variables, start_variables
from mlops_gitops.use_cases.starts import start
from mlops_gitops.use_cases.world import World

_PATIENCE = timedelta(minutes=10)
"""A stage before the gate may deploy something, and a queue may be long."""
_STACKS = (DriftKind.STACK_CHANGED, DriftKind.STACK_MISSING)
_RESOURCES = (DriftKind.RESOURCE_CHANGED, DriftKind.RESOURCE_MISSING)
_MENDABLE = (*_STACKS, *_RESOURCES, DriftKind.PIPELINE_CHANGED)


Leave = Callable[[str, Mapping[str, str]], Execution | None]
"""Given a workload's full name and the variables of a start that tell approvers what it is about:
gives the execution that decided about the very same, and is not to be repeated."""


def leave_nothing(_workload: str, _about: Mapping[str, str]) -> None:
    """Try again whatever failed or was rejected, as whoever asks for it means it."""


def revert(
    world: World, drifts: Sequence[Drift], report: Reporter, leave: Leave = leave_nothing
) -> tuple[Applied, ...]:
    """Bring workloads back to what git says; what waits at a gate then is told as prepared.

    A workload that cannot be brought back is a value, so that no other one is held up.

    Args:
        world: the repository and AWS.
        drifts: what was changed by hand, as a sweep has just found it.
        report: is called from several threads.
        leave: says what is left alone, although it drifted.
    """
    if not drifts:
        return ()
    desired = desire(world)
    workloads = {each.name: each for each in desired.workloads}
    told = _Told(report=report, leave=leave)
    found: dict[str, list[Drift]] = {}
    for each in drifts:
        found.setdefault(each.workload, []).append(each)
    return side_by_side(
        lambda name: _revert_one(world, desired, workloads.get(name), found[name], told),
        sorted(found),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """Who is told what is being done, and who says what is left alone."""

    report: Reporter
    leave: Leave


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """One workload, and what was changed of it."""

    workload: DesiredWorkload
    installation: Installation
    plan: Plan
    drifts: tuple[Drift, ...]

    @property
    def name(self) -> str:
        return self.workload.name

    @property
    def digest(self) -> str:
        return self.workload.bundle.digest

    @property
    def delivery(self) -> list[Drift]:
        """Give what was changed of the delivery pipeline, or of its stack."""
        return [each for each in self.drifts if each.stage == DELIVERY and each.kind in _MENDABLE]

    def of(self, kinds: tuple[DriftKind, ...], stage: str = "") -> list[Drift]:
        """Give what was changed of the own stacks of the workload."""
        return [
            each
            for each in self.drifts
            if each.kind in kinds and each.stage != DELIVERY and stage in ("", each.stage)
        ]


def _revert_one(
    world: World,
    desired: Desired,
    workload: DesiredWorkload | None,
    drifts: Sequence[Drift],
    told: _Told,
) -> Applied:
    try:
        if workload is None:
            hint = drifts[0].next_step
            raise Blocked(f"No config declares {drifts[0].workload}.", hint=hint)
        alone = Desired(
            installation=desired.installation, workloads=(workload,), problems=desired.problems
        )
        plan = plan_by(world, alone, Method.TEMPLATE)
        task = _Task(
            workload=workload.among({change.id for change in plan.changes}),
            installation=desired.installation,
            plan=plan,
            drifts=tuple(drifts),
        )
        try:
            return _bring_back(world, task, told)
        except NothingSeen:
            # Somebody else may have put it back since it was found.
            if _is_still_there(world, task, told.report):
                raise
            return _applied(task, Outcome.PUT_BACK)
    except MlopsError as failure:
        return Applied(
            workload=drifts[0].workload,
            outcome=Outcome.FAILED,
            digest=workload.bundle.digest if workload else "",
            failure=failure,
        )


def _bring_back(world: World, task: _Task, told: _Told) -> Applied:
    stacks = task.workload.stacks
    wanted = delivery_pipeline(world.settings, task.name, stacks, task.installation)
    if not any(each.kind in _MENDABLE for each in task.drifts):
        raise Blocked(
            f"No config declares what drifted of {task.name}.", hint=task.drifts[0].next_step
        )
    if changed := task.delivery:
        # Whatever else is held or new in git: a gate that is gone lets everything in.
        told.report(task.name, "putting the delivery pipeline back")
        restore_pipeline(world, task.name, wanted, changed)
    if not task.of(_STACKS + _RESOURCES):
        return _applied(task, Outcome.PUT_BACK)
    _refuse(world, task)
    gated = [each for each in stacks if _is_gated(world, each)]
    for stack in stacks:
        own = task.of(_RESOURCES, stack.stage)
        # Where the stack itself is deployed again, its resources are looked at after that.
        if own and stack not in gated and not task.of(_STACKS, stack.stage):
            told.report(task.name, f"putting {stack.stage} back")
            put_back_now(world, stack, own)
    waiting = [each for each in gated if task.of(_RESOURCES, each.stage)]
    if not waiting and not task.of(_STACKS):
        return _applied(task, Outcome.PUT_BACK)
    ensure_pipeline(world, task.name, wanted)
    return _through_the_gates(world, task, waiting, told)


def _refuse(world: World, task: _Task) -> None:
    """Refuse what is held, what is not ready, and what would carry more than was asked for."""
    refuse_start(world, task.name, task.digest)
    for stage in {each.stage for each in task.of(_RESOURCES + _STACKS)}:
        refuse_held(world, task.name, stage, task.digest)
    by_hand = {each.stack for each in task.of(_STACKS)}
    for change in task.plan.changes:
        if change.verdict is Verdict.BLOCKED:
            raise Blocked(f"Stack {change.id} is {change.status.value}.", hint=change.next_step)
        if change.deployed_digest != change.desired_digest and change.id not in by_hand:
            raise Blocked(
                f"Git says something else of {change.id} than what was deployed last.",
                hint="`mlops-gitops apply` deploys it; then look at drift again.",
            )
    refuse_blocked_risks(world.settings, task.plan.changes)


def _through_the_gates(
    world: World, task: _Task, waiting: Sequence[DesiredStack], told: _Told
) -> Applied:
    """Start the desired bundle unless it is under way, and prepare the gate that it reaches."""
    if (decided := told.leave(task.name, _about(task))) is not None:
        return _applied(task, Outcome.LEFT, decided.id)
    told.report(task.name, "starting what git says")
    applied = _start(world, task)
    if not _has_come_to_rest(world, task, applied.execution_id) and waiting:
        minutes = _PATIENCE.total_seconds() / 60
        raise Blocked(
            f"Execution {applied.execution_id} of {task.name} goes on after {minutes:.0f} minutes.",
            # What is approved before the gate is prepared puts nothing back.
            hint="Repeat the command before you approve it: only then is what was changed by "
            "hand prepared at the gate.",
        )
    for approval in pending_approvals(world, task.name):
        for stack in waiting:
            if approval.stage == stack.stage and approval.execution_id == applied.execution_id:
                told.report(task.name, f"preparing the gate of {stack.stage}")
                prepare_at_gate(world, approval, stack)
                return _applied(task, Outcome.PREPARED, applied.execution_id)
    return applied


class _EnoughError(Exception):
    """What was waited for takes longer than somebody waits."""


def _has_come_to_rest(world: World, task: _Task, execution_id: str) -> bool:
    """Wait until only people can go on; whether it came to that while somebody waited."""
    end = world.clock.now() + _PATIENCE

    def look(_: object) -> None:
        if world.clock.now() > end:
            raise _EnoughError

    try:
        follow(world, [to_follow(world, task.name, execution_id)], look)
    except _EnoughError:
        return False
    return True


def _start(world: World, task: _Task) -> Applied:
    for change in task.plan.changes:
        ensure_stage_stack(world, change)
    keep_inputs(world, task.workload)
    version = upload(world, task.workload.bundle)
    pipeline = pipeline_name(task.name)
    executions = world.pipelines.executions(pipeline)
    already = running(executions, version) or carrier(world, pipeline, task.digest, executions)
    if already is not None:
        return _applied(task, Outcome.UNDER_WAY, already.id)
    variables = start_variables(world, task.name, task.plan, task.digest, caller_line(world))
    started = start(world, task.name, executions, version, {**variables, **_about(task)})
    return _applied(task, Outcome.STARTED, started)


def _about(task: _Task) -> dict[str, str]:
    """Tell an approver what is carried, and what was changed by hand in each stage."""
    found: dict[str, list[str]] = {}
    for each in task.of(_RESOURCES):
        found.setdefault(each.stage, []).append(f"{each.logical_id} {each.kind.value}")
    drifted = {summary_variable(stage): drift_line(stage, what) for stage, what in found.items()}
    return {**carried_variables(task.plan, task.digest), **drifted}


def _is_still_there(world: World, task: _Task, report: Reporter) -> bool:
    now = {each.id for each in drift(world, report, frozenset({task.name})).drifts}
    return not now.isdisjoint(each.id for each in task.drifts)


def _is_gated(world: World, stack: DesiredStack) -> bool:
    return world.settings.stage(stack.stage).approval is Approval.MANUAL


def _applied(task: _Task, outcome: Outcome, execution_id: str = "") -> Applied:
    return Applied(
        workload=task.name, outcome=outcome, digest=task.digest, execution_id=execution_id
    )
