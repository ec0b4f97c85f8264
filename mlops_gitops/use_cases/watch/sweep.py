"""Sweep: look for drift, tell it, and do about it what the stages' settings say."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from mlops_gitops.config.settings import DriftPolicy, Settings
from mlops_gitops.desired.names import DELIVERY
from mlops_gitops.diff.states import revert_command
from mlops_gitops.errors import MlopsError
from mlops_gitops.pipeline.delivery import pipeline_name
from mlops_gitops.runs.applied import Outcome
from mlops_gitops.runs.execution import Execution, ExecutionStatus
from mlops_gitops.status.drift import Drift, DriftKind, DriftReport
from mlops_gitops.status.drifting.words import drift_lines
from mlops_gitops.status.history import is_deployment
from mlops_gitops.status.watch import EventKind
from mlops_gitops.use_cases.accept import accept, write
from mlops_gitops.use_cases.drift import drift
from mlops_gitops.use_cases.revert import revert
from mlops_gitops.use_cases.tell_drift import tell_drift
from mlops_gitops.use_cases.watch.said import said_of
from mlops_gitops.use_cases.world import World

Told = Iterator[tuple[EventKind, Mapping[str, Any]]]

Sweep = Callable[[World], Told]
"""Looks for drift; gives what is to be told, as it is found."""

Publish = Callable[[str, str, str], str]
"""Given branch, commit and message: lets people see them; gives the address."""

_MOST_LINES = 20


def sweeping(publish: Publish) -> Sweep:
    """Make a sweep.

    Args:
        publish: lets people see a branch, in stages whose drift is to become a pull request.
    """
    return lambda world: _sweep(world, publish)


def _sweep(world: World, publish: Publish) -> Told:
    """Look for drift; what is done about it and fails is told, and ends nothing.

    Raises:
        MlopsError: nothing could be looked for.
    """
    report = drift(world, _quietly)
    for each in report.drifts:
        yield EventKind.DRIFT, _told(each)
    counts = Counter(each.stage for each in report.drifts)
    yield (
        EventKind.SWEPT,
        {
            "drifts": dict(counts),
            "compared": report.compared,
            "not_compared": len(report.not_compared),
        },
    )
    wanted = _by_policy(world.settings, report.drifts)
    steps: tuple[Callable[[], Told], ...] = (
        lambda: _tell(world, report),
        lambda: _put_back(world, wanted[DriftPolicy.REVERT]),
        lambda: _propose(world, wanted[DriftPolicy.PULL_REQUEST], publish),
    )
    for step in steps:
        try:
            yield from step()
        except MlopsError as failure:
            yield EventKind.MENDED, {"done": "failed", **said_of(failure)}


def _by_policy(settings: Settings, drifts: Sequence[Drift]) -> dict[DriftPolicy, list[Drift]]:
    """Sort drifts by what their stages want; a delivery pipeline is put back if any stage is.

    Orphans are nobody's: no config says what they should be.
    """
    policies = {stage.name: stage.drift for stage in settings.places}
    reverts = DriftPolicy.REVERT in policies.values()
    policies[DELIVERY] = DriftPolicy.REVERT if reverts else DriftPolicy.OBSERVE
    found: dict[DriftPolicy, list[Drift]] = {policy: [] for policy in DriftPolicy}
    for each in drifts:
        if each.kind is not DriftKind.ORPHAN:
            found[policies.get(each.stage, DriftPolicy.OBSERVE)].append(each)
    return found


def _put_back(world: World, drifts: Sequence[Drift]) -> Told:
    for each in revert(world, drifts, _quietly, partial(_decided, world)):
        said = {} if each.failure is None else said_of(each.failure)
        if each.outcome is Outcome.LEFT:
            said = {"next": revert_command(each.workload)}
        yield (
            EventKind.MENDED,
            {
                "workload": each.workload,
                "done": each.outcome.value,
                "execution_id": each.execution_id,
                **said,
            },
        )


def _decided(world: World, workload: str, about: Mapping[str, str]) -> Execution | None:
    """Find the execution that was to put back just this, and failed, was rejected or stopped.

    What people decided against is not asked of them again by every sweep.
    """
    pipeline = pipeline_name(workload)
    newest = next(filter(is_deployment, world.pipelines.executions(pipeline)), None)
    if newest is None or newest.status not in (ExecutionStatus.FAILED, ExecutionStatus.STOPPED):
        return None
    carried = world.pipelines.details(pipeline, newest.id).variables
    return newest if about.items() <= carried.items() else None


def _propose(world: World, drifts: Sequence[Drift], publish: Publish) -> Told:
    """Have what is live written into the configs, for people to merge or not."""
    if not drifts:
        return
    accepted = accept(world, drifts)
    for left in accepted.left:
        about = {"workload": left.drift.workload, "path": left.path}
        yield (
            EventKind.MENDED,
            {**about, "done": "left", "message": left.why, "next": left.next_step},
        )
    if accepted.files:
        commit = write(world, accepted)
        where = publish(accepted.branch, commit, accepted.message)
        yield EventKind.MENDED, {"done": "proposed", "branch": accepted.branch, "where": where}


def _told(found: Drift) -> Mapping[str, Any]:
    return {
        "drift_id": found.id,
        "kind": found.kind.value,
        "workload": found.workload,
        "stage": found.stage,
        "stack": found.stack.name,
        "resource": found.logical_id,
        "changes": [str(line) for line in drift_lines(found)][:_MOST_LINES],
        "next": found.next_step,
    }


def _tell(world: World, report: DriftReport) -> Told:
    """Tell whoever listens on the bus, which says nothing back."""
    tell_drift(world, report)
    yield from ()


def _quietly(_workload: str, _doing: str) -> None:
    """Say nothing: what is found is told."""
