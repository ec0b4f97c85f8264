"""Follow: look at delivery pipelines again and again until nothing moves without a person."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from mlops_gitops.config.settings import Stage
from mlops_gitops.desired.gates import stage_name
from mlops_gitops.desired.names import stage_stack, workload_stack
from mlops_gitops.errors import AwsError
from mlops_gitops.pipeline.delivery import DEPLOY, RUN, pipeline_name
from mlops_gitops.runs.execution import ActionStatus, Execution, StageState
from mlops_gitops.status.history import is_deployment
from mlops_gitops.status.progress import (
    ResourceProgress,
    RunProgress,
    StageProgress,
    Standing,
    WorkloadProgress,
    is_held,
)
from mlops_gitops.use_cases.side_by_side import side_by_side
from mlops_gitops.use_cases.stack_resources import resources_of
from mlops_gitops.use_cases.world import World

_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 5.0
_GROWTH = 1.25

Show = Callable[[tuple[WorkloadProgress, ...]], None]
"""Is given what was found each time it was looked, the settled workloads included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A workload to follow.

    Attributes:
        name: full name.
        called: what commands call it: its model's name, or the full one where several have that.
        stages: those it runs in, in the order of promotion.
        execution_id: an execution that was just started, so AWS may not list it yet.
        answered: tokens of approvals that were just answered, so AWS may still show them.
    """

    name: str
    called: str
    stages: tuple[Stage, ...]
    execution_id: str = ""
    answered: frozenset[str] = frozenset()


def to_follow(world: World, name: str, execution_id: str = "", answered: str = "") -> Followed:
    """Say what to follow of a workload of the repository.

    Args:
        world: the repository.
        name: full name.
        execution_id: an execution that was just started.
        answered: token of an approval that was just answered.
    """
    declared = all_to_follow(world, frozenset([name]))
    # What no config declares, such as an orphan that is retired, may be in any stage.
    orphan = Followed(name=name, called=name, stages=world.settings.places)
    found = declared[0] if declared else orphan
    return replace(found, execution_id=execution_id, answered=frozenset({answered} - {""}))


def all_to_follow(world: World, only: frozenset[str]) -> tuple[Followed, ...]:
    """Say what to follow of several workloads of the repository, by their full names.

    Args:
        world: the repository.
        only: full names of workloads; empty for all.
    """
    configs = sorted(world.repository.configs, key=lambda config: config.workload)
    models = Counter(str(each.workload) for each in configs)
    named = [(workload_stack(world.settings, each), each) for each in configs]
    return tuple(
        Followed(
            name=name,
            called=str(each.workload) if models[str(each.workload)] == 1 else name,
            stages=each.stages,
        )
        for name, each in named
        if not only or name in only
    )


def follow(world: World, followed: Sequence[Followed], show: Show) -> tuple[WorkloadProgress, ...]:
    """Show how workloads move until nothing does without a person; give the end.

    Workloads that have settled are not read again, and what moves slowly is read less often.

    Args:
        world: the repository and AWS.
        followed: workloads.
        show: is called with what was found, each time it was looked.
    """
    found: dict[str, WorkloadProgress] = {}
    pause = _FIRST_PAUSE
    while True:
        moving = [each for each in followed if not _is_settled(found, each)]
        seen = side_by_side(lambda each: progress(world, each), moving)
        new = found | {each.name: each for each in seen}
        has_moved, found = new != found, new
        everything = tuple(found[each.name] for each in followed)
        show(everything)
        if all(each.is_settled for each in everything):
            return everything
        pause = _FIRST_PAUSE if has_moved else min(pause * _GROWTH, _LONGEST_PAUSE)
        world.clock.sleep(pause)


def progress(world: World, followed: Followed) -> WorkloadProgress:
    """Look once how far a workload is."""
    pipeline = pipeline_name(followed.name)
    executions = tuple(filter(is_deployment, world.pipelines.executions(pipeline)))
    states = {state.stage: state for state in world.pipelines.state(pipeline)}
    reached = [
        (each, states.get(stage_name(world.settings, each.name))) for each in followed.stages
    ]
    shown = _not_long_over(executions, followed)
    stages = tuple(
        _stage(world, followed, stage, _visit(state, shown)) for stage, state in reached if state
    )
    is_listed = followed.execution_id in ("", *(each.id for each in executions))
    return WorkloadProgress(
        name=followed.name,
        called=followed.called,
        executions=shown,
        stages=stages,
        is_settled=is_listed and is_held(executions, stages),
    )


def _is_settled(found: dict[str, WorkloadProgress], followed: Followed) -> bool:
    return followed.name in found and found[followed.name].is_settled


def _not_long_over(executions: tuple[Execution, ...], followed: Followed) -> tuple[Execution, ...]:
    newest = executions[:1]
    others = (
        each
        for each in executions[1:]
        if not each.status.is_over or each.id == followed.execution_id
    )
    return (*newest, *others)


def _visit(state: StageState, shown: tuple[Execution, ...]) -> StageState:
    """Forget what a stage holds of an execution that is long over."""
    if state.execution_id in [each.id for each in shown]:
        return state
    return StageState(
        stage=state.stage, execution_id="", status="", waiting=state.waiting, actions=()
    )


def _stage(world: World, followed: Followed, stage: Stage, state: StageState) -> StageProgress:
    token = "" if state.approval_token in followed.answered else state.approval_token
    running = [run for run in state.actions if run.status is ActionStatus.IN_PROGRESS]
    acting = running[0] if running and not token else None
    action = acting.action if acting else ""
    return StageProgress(
        stage=stage.name,
        standing=_standing(state, token),
        execution_id=state.execution_id,
        action=action,
        token=token,
        newer=state.waiting,
        resources=_resources(world, followed.name, stage) if action == DEPLOY else (),
        run=_run(world, stage, acting.external_id) if acting and action == RUN else None,
    )


def _standing(state: StageState, token: str) -> Standing:
    if token:
        return Standing.APPROVAL
    match state.status:
        case "":
            return Standing.AHEAD
        case "Succeeded":
            return Standing.DONE
        case "InProgress" | "Stopping":
            return Standing.RUNNING
        case _:
            return Standing.FAILED


def _run(world: World, stage: Stage, execution: str) -> RunProgress | None:
    try:
        return world.machines.progress(stage.account, execution) if execution else None
    except AwsError:
        # Progress is a courtesy: what matters is read again when it has ended.
        return None


def _resources(world: World, workload: str, stage: Stage) -> tuple[ResourceProgress, ...]:
    """Tell a stack's resources; nothing while it is not there yet, or already gone."""
    try:
        return resources_of(world, stage_stack(world.settings, workload, stage))
    except AwsError:
        # For the same reason.
        return ()
