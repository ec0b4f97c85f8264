"""Starts: mark what is started, so that only what may be under way is ever asked about.

A mark is put before CodePipeline is called and goes only when an execution of it was seen to be
over. Whoever is killed in between leaves a mark too many, which costs a call, never one too few.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from mlops_gitops.desired.names import workload_stack
from mlops_gitops.pipeline.delivery import pipeline_name
from mlops_gitops.runs.execution import Execution
from mlops_gitops.runs.marks import (
    MARKS,
    UNMARKED,
    Marks,
    Start,
    are_settled,
    marks_in,
    settled_key,
    start_after,
)
from mlops_gitops.runs.start import StartRequest, start_token
from mlops_gitops.use_cases.side_by_side import side_by_side
from mlops_gitops.use_cases.world import World

_EMPTY = sha256(b"").hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is under way of one workload.

    Attributes:
        executions: newest first; none where the marks say that nothing is under way, and that
            what ran last has succeeded.
    """

    workload: str
    marks: Marks
    executions: tuple[Execution, ...]


def look_for_executions(world: World, workloads: Sequence[str]) -> Mapping[str, Seen]:
    """Read the executions of workloads that may be under way, and of no others.

    Args:
        world: AWS.
        workloads: full names.
    """
    marked = marks_in(world.assets.listed(MARKS))
    return {
        each.workload: each
        for each in side_by_side(
            lambda name: _seen(world, name, marked.get(name, UNMARKED)), workloads
        )
    }


def start(
    world: World,
    workload: str,
    executions: Sequence[Execution],
    version: str,
    variables: Mapping[str, str],
) -> str:
    """Mark a start, then start an execution; give its id. Repeating the call starts nothing twice.

    Args:
        world: AWS.
        workload: its full name.
        executions: of its delivery pipeline, newest first, read just now.
        version: S3 version id of the bundle.
        variables: of the execution.
    """
    world.assets.write(start_after(workload, executions, version).key, b"", _EMPTY)
    world.assets.remove(settled_key(workload))
    request = StartRequest(
        bundle_version=version, variables=variables, token=start_token(executions, version)
    )
    return world.pipelines.start(pipeline_name(workload), request)


def settle_marks(world: World, seen: Seen) -> None:
    """Note that executions need not be read again, unless that is noted or not so.

    Only marks that were there when executions were read go: what somebody else starts by now has
    a mark of its own.
    """
    if seen.marks.say_enough or not are_settled(seen.executions):
        return
    if not seen.marks.is_settled:
        world.assets.write(settled_key(seen.workload), b"", _EMPTY)
    for each in seen.marks.starts:
        if each.has_happened(seen.executions):
            world.assets.remove(each.key)


def stale_marks(world: World) -> tuple[str, ...]:
    """Find marks that mean nothing any more, for `gc`; give their keys, sorted.

    They are of starts that were never made and that something else has run since, and of
    workloads that are not declared and have no delivery pipeline any more.
    """
    settings = world.settings
    declared = {workload_stack(settings, config) for config in world.repository.configs}
    marked = marks_in(world.assets.listed(MARKS))
    doubtful = [
        name for name, marks in marked.items() if name not in declared or not marks.say_enough
    ]
    found = side_by_side(lambda name: _stale(world, name, marked[name]), doubtful)
    return tuple(sorted(key for keys in found for key in keys))


def _stale(world: World, workload: str, marks: Marks) -> list[str]:
    executions = _executions(world, workload)
    starts = [each.key for each in marks.starts if _is_over(each, executions)]
    return starts if executions or not marks.is_settled else [*starts, settled_key(workload)]


def _is_over(mark: Start, executions: Sequence[Execution]) -> bool:
    return not executions or (are_settled(executions) and executions[0].id != mark.after)


def _seen(world: World, workload: str, marks: Marks) -> Seen:
    executions = () if marks.say_enough else _executions(world, workload)
    return Seen(workload=workload, marks=marks, executions=executions)


def _executions(world: World, workload: str) -> tuple[Execution, ...]:
    return world.pipelines.executions(pipeline_name(workload))
