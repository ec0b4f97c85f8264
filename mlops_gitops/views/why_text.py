"""Why as text: what is wrong first, what it costs, and the next command last."""

from collections.abc import Iterator

from mlops_gitops.config.said import printable
from mlops_gitops.status.diagnosis import Diagnosis, StageDiagnosis
from mlops_gitops.status.report import APPROVAL


def why_text(diagnosis: Diagnosis) -> str:
    """Show why a workload is not as it should be."""
    return "\n".join(printable(line) for line in _lines(diagnosis))


def _lines(diagnosis: Diagnosis) -> Iterator[str]:
    yield f"{diagnosis.workload}   {diagnosis.name}"
    if diagnosis.execution_id:
        yield f"  execution {diagnosis.execution_id} {diagnosis.execution_status}"
    if diagnosis.failure:
        yield f"  failed: {diagnosis.failure}"
    for stage in diagnosis.stages:
        yield from _stage(stage)
    if diagnosis.next_step:
        yield f"next: {diagnosis.next_step}"
    else:
        yield "Nothing is wrong."


def _stage(stage: StageDiagnosis) -> Iterator[str]:
    yield f"  {stage.stage}  {stage.account}  {stage.sync.value}, {stage.health.value}"
    if not stage.is_well:
        yield f"    stack {stage.stack}: {stage.stack_status}"
    if stage.reason:
        resource = f"{stage.resource}: " if stage.resource else ""
        yield f"    failed: {resource}{stage.reason}"
    if stage.service_reason:
        yield f"    SageMaker: {stage.service_reason}"
    if stage.waiting:
        waits = "waits for approval" if stage.waiting == APPROVAL else stage.waiting
        yield f"    {waits}"
    yield from _log(stage)
    yield from (f"    running: {each}" for each in stage.running)
    if stage.next_step:
        yield f"    next: {stage.next_step}"


def _log(stage: StageDiagnosis) -> Iterator[str]:
    if stage.log is None:
        return
    if stage.log.missing:
        yield f"    no log: {stage.log.missing}"
        return
    yield f"    last lines of {stage.log.group}:"
    yield from (f"      {line}" for line in stage.log.lines)
