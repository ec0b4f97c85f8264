"""Status as text: a few lines a workload, the next command last."""

from collections.abc import Iterator, Sequence

from mlops_gitops.config.said import printable
from mlops_gitops.diff.plan import Orphan
from mlops_gitops.diff.states import retire_command
from mlops_gitops.status.report import (
    APPROVAL,
    Failure,
    StageStatus,
    Sync,
    WorkloadStatus,
    standing,
)
from mlops_gitops.views.expiry_text import expiry_text


def status_text(statuses: Sequence[WorkloadStatus]) -> str:
    """Show what runs where."""
    if not statuses:
        return "No workloads are declared."
    return "\n\n".join("\n".join(_workload(each)) for each in statuses)


def orphans_text(orphans: Sequence[Orphan]) -> str:
    """Name what is deployed and declared by no config; empty where there is nothing."""
    if not orphans:
        return ""
    names = sorted({orphan.workload.rpartition("/")[0] for orphan in orphans})
    return "\n".join(
        (
            "Orphans, which no config declares any more; nothing deletes them:",
            *(
                printable(f"  - {orphan.workload} / {orphan.stage}: stack {orphan.id}")
                for orphan in orphans
            ),
            *(printable(f"  next: {retire_command(name)}") for name in names),
        )
    )


def _workload(status: WorkloadStatus) -> Iterator[str]:
    yield printable(f"{status.workload}   {status.name}")
    if status.execution_id:
        yield f"  execution {status.execution_id} {status.execution_status}"
    if status.failure:
        yield from (printable(f"  {line}") for line in _failure(status.failure))
    for held in status.held:
        yield printable(f"  ! {held.why}")
        yield printable(f"    {held.resume}")
    if not status.stages:
        yield "  retired: nothing of it is left"
        return
    names = max(len(stage.stage) for stage in status.stages)
    for stage in status.stages:
        yield printable(f"  {stage.stage:<{names}}  {stage.account}  {_stage(stage)}")
        if stage.facts:
            # On a line of its own: what waits must not get lost behind what runs.
            facts = ", ".join(f"{name} {value}" for name, value in stage.facts.items())
            yield printable(f"  {'':<{names}}  {facts}")
        if stage.failure:
            yield from (printable(f"      {line}") for line in _failure(stage.failure))
    where = standing(status.stages) if status.is_declared else "No config declares it any more."
    yield f"  {where}"
    yield from (f"  next: {command}" for command in _next(status))


def _stage(stage: StageStatus) -> str:
    parts = [f"{stage.sync.value:<12}"]
    if stage.endpoint:
        parts.append(f"endpoint {stage.endpoint} {stage.endpoint_status or 'missing'}")
    if stage.waiting == APPROVAL:
        parts.append("waits for approval")
    elif stage.waiting:
        parts.append(stage.waiting)
    if stage.by_settings:
        parts.append("let through by the settings")
    if stage.newer:
        count = len(stage.newer)
        noun = "a newer execution waits" if count == 1 else f"{count} newer executions wait"
        parts.append(f"{noun} behind it")
    if stage.expiry:
        parts.append(f"expires {expiry_text(stage.expiry)}")
    if stage.stack_status.endswith(("FAILED", "ROLLBACK_COMPLETE")):
        parts.append(stage.stack_status)
    return "  ".join(parts).rstrip()


def _failure(failure: Failure) -> Iterator[str]:
    resource = f"{failure.resource}: " if failure.resource else ""
    yield f"{failure.what}: {resource}{failure.reason}"
    yield f"next: {failure.next_step}"


def _next(status: WorkloadStatus) -> Iterator[str]:
    for stage in status.stages:
        if stage.waiting == APPROVAL:
            yield f"mlops-gitops approve {status.called} --stage {stage.stage}"
            return
    failed = status.failure or any(stage.failure for stage in status.stages)
    idle = status.execution_status not in ("InProgress", "Stopping")
    if (
        idle
        and not failed
        and not status.held
        and any(stage.sync is not Sync.IN_SYNC for stage in status.stages)
    ):
        yield status.again
