"""Progress as text: a block that is drawn again and again, or a line for each thing that moved."""

from collections.abc import Iterator, Mapping, Sequence

from mlops_gitops.config.said import printable
from mlops_gitops.status.progress import (
    ResourceProgress,
    StageProgress,
    Standing,
    WorkloadProgress,
)

Progress = Sequence[WorkloadProgress]


def progress_text(found: Progress) -> str:
    """Show how far every workload is just now."""
    return "\n".join(printable(line) for each in found for line in _workload(each))


def progress_lines(before: Progress, now: Progress) -> tuple[str, ...]:
    """Tell what moved since the last look, a line each; at the first look `before` is empty."""
    old = {each.name: each for each in before}
    return tuple(printable(line) for each in now for line in _moves(old.get(each.name), each))


def _workload(progress: WorkloadProgress) -> Iterator[str]:
    newest = progress.newest
    run = f"  execution {newest.id} {newest.status.value}" if newest else "  no execution"
    yield f"{progress.called}{run}"
    width = max((len(stage.stage) for stage in progress.stages), default=0)
    for stage in progress.stages:
        yield f"  {stage.stage:<{width}}  {_standing(stage)}"
        names = max((len(each.logical_id) for each in stage.resources), default=0)
        for each in stage.resources:
            if each.is_moving or each.has_failed:
                yield f"  {'':<{width}}    {each.logical_id:<{names}}  {_status(each)}"


def _standing(stage: StageProgress) -> str:
    parts = [_doing(stage)]
    if stage.resources:
        done = sum(not (each.is_moving or each.has_failed) for each in stage.resources)
        parts.append(f"{done} of {len(stage.resources)} resources")
    return "  ".join((*parts, *_newer(stage)))


def _newer(stage: StageProgress) -> Iterator[str]:
    if count := len(stage.newer):
        noun = "a newer execution waits" if count == 1 else f"{count} newer executions wait"
        yield f"{noun} behind it"


def _doing(stage: StageProgress) -> str:
    if stage.run is not None:
        job = f", job {stage.run.job}" if stage.run.job else ""
        return f"{stage.action} is running: {stage.run.state}{job}"
    if stage.standing is Standing.RUNNING and stage.action:
        return f"{stage.action} is running"
    return stage.standing.value


def _status(resource: ResourceProgress) -> str:
    reason = f": {resource.reason}" if resource.has_failed and resource.reason else ""
    return f"{resource.status}{reason}"


def _moves(before: WorkloadProgress | None, now: WorkloadProgress) -> Iterator[str]:
    was = {} if before is None else {stage.stage: stage for stage in before.stages}
    for stage in now.stages:
        head = f"{now.called} {stage.stage}"
        yield from _moved(head, was.get(stage.stage), stage)
    newest, old = now.newest, before and before.newest
    if newest and newest.status.is_over and newest != old:
        yield f"{now.called}: execution {newest.id} {newest.status.value}"


def _moved(head: str, before: StageProgress | None, now: StageProgress) -> Iterator[str]:
    said = " ".join((_doing(now), *_newer(now)))
    is_news = before is None or said != " ".join((_doing(before), *_newer(before)))
    if is_news and now.standing is not Standing.AHEAD:
        yield f"{head}: {said}"
    was = {} if before is None else {each.logical_id: each for each in before.resources}
    yield from (f"{head}: {line}" for line in _resources(was, now.resources))


def _resources(
    was: Mapping[str, ResourceProgress], now: Sequence[ResourceProgress]
) -> Iterator[str]:
    for each in now:
        before = was.get(each.logical_id)
        # At the first look, what rests is what was there before.
        if each.is_moving or each.has_failed if before is None else before.status != each.status:
            yield f"{each.logical_id} {_status(each)}"
