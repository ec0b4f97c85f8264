"""The ledger: what is known of each step, written to the run folder after every change."""

from collections.abc import Mapping
from dataclasses import replace

from mlops_gitops.executor.facts import Identity, iso
from mlops_gitops.executor.folder import RunFolder, write_json
from mlops_gitops.executor.graph import Graph, Node
from mlops_gitops.executor.references import Json
from mlops_gitops.executor.request import RunRequest, RunResult, StepReport
from mlops_gitops.executor.sandbox import Isolation
from mlops_gitops.executor.state import State, Status
from mlops_gitops.executor.work.desk import Done, How, Object

_WORDS = {
    Status.EXECUTING: "Executing",
    Status.RETRYING: "Executing",
    Status.STOPPING: "Stopping",
    Status.SUCCEEDED: "Succeeded",
    Status.FAILED: "Failed",
    Status.STOPPED: "Stopped",
}
"""What SageMaker calls it; a step that has not started is not in its list."""


class Ledger:
    """What is known of an execution.

    Args:
        folder: where it is written.
        identity: who the execution is.
        request: what runs.
        isolation: how programs find `/opt/ml`.
        parameters: their values.
    """

    def __init__(
        self,
        folder: RunFolder,
        identity: Identity,
        request: RunRequest,
        isolation: Isolation,
        parameters: Mapping[str, Json],
    ) -> None:
        self._folder = folder
        self._identity = identity
        self._request = request
        self._isolation = isolation
        self._parameters = dict(parameters)
        self._steps: dict[str, StepReport] = {}
        self._graph: Graph = {}
        self.status = Status.EXECUTING
        self.reason = ""
        self.can_retry = True
        self.properties: dict[str, Json] = {}

    def begin(self) -> None:
        """Write down what runs."""
        self._folder.write("definition.json", self._request.definition)

    def step(self, name: str) -> StepReport:
        """Give what is known of one step."""
        return self._steps[name]

    def change(self, report: StepReport) -> None:
        """Change what is known of one step."""
        self._steps[report.name] = report

    def done(self, name: str, done: Done, source: str) -> None:
        """Write down that a step has succeeded, before anybody asks for what it gave."""
        self.properties[name] = done.properties
        write_json(self._folder.properties(name), done.properties)
        report = self._steps[name]
        self.change(
            replace(
                report, metadata=done.metadata, how=done.how, why=done.why, source=source, reason=""
            )
        )

    def follow(self, state: State, at: float) -> list[StepReport]:
        """Take over how far each step is; give those that changed, what ended before what began."""
        self._graph = state.graph
        changed = []
        for name, step in state.steps.items():
            before = self._steps.get(name) or _new(state.graph[name])
            if step.status is before.status and name in self._steps:
                continue
            now = replace(before, status=step.status, attempts=step.attempts)
            if step.status is Status.EXECUTING and before.started is None:
                now = replace(now, started=at)
            if step.status.is_over and before.started is not None:
                now = replace(now, ended=at)
            if step.status is Status.FAILED:
                now = replace(now, how=How.FAILED)
            if step.status is Status.SKIPPED:
                now = replace(now, how=How.SKIPPED, why=why_skipped(state, state.graph[name]))
            self.change(now)
            changed.append(now)
        return sorted(changed, key=lambda report: not report.status.is_over)

    def write(self, at: float) -> None:
        """Write the run folder's own files."""
        self._folder.write("steps.json", [self._as_listed(each) for each in self._steps.values()])
        self._folder.write("run.json", self._run(at))

    def result(self) -> RunResult:
        """Give what came of it so far."""
        return RunResult(
            folder=self._folder.path,
            arn=self._identity.arn_of_execution,
            status=self.status,
            reason=self.reason,
            steps=tuple(self._steps.values()),
            isolation=self._isolation,
            can_retry=self.can_retry,
        )

    def listed(self) -> list[Object]:
        """List the steps that have started, as `ListPipelineExecutionSteps` does."""
        found = [self._as_listed(each) for each in list(self._steps.values())]
        return [each for each in found if "StepStatus" in each]

    def _run(self, at: float) -> Object:
        identity = self._identity
        return {
            "PipelineName": identity.pipeline,
            "PipelineArn": identity.pipeline_arn,
            "PipelineExecutionId": identity.execution,
            "PipelineExecutionArn": identity.arn_of_execution,
            "PipelineExecutionStatus": _WORDS[self.status],
            "FailureReason": self.reason,
            "CreationTime": iso(identity.started),
            "LastModifiedTime": iso(at),
            "Parameters": self._parameters,
            "Parallelism": self._request.parallelism,
            "SelectedSteps": list(self._request.selected or ()),
            "Previous": str(self._request.previous or ""),
            "CanRetry": self.can_retry,
            "Isolation": self._isolation.value,
            "IsolationMeaning": self._isolation.meaning,
        }

    def _as_listed(self, report: StepReport) -> Object:
        step = self._graph[report.name].step
        told: Object = {"StepName": report.name}
        for key, own in (("StepDisplayName", "DisplayName"), ("StepDescription", "Description")):
            told |= {key: step[own]} if own in step else {}
        if report.status in _WORDS:
            told["StepStatus"] = _WORDS[report.status]
            told["AttemptCount"] = report.attempts
        told |= {"StartTime": iso(report.started)} if report.started is not None else {}
        told |= {"EndTime": iso(report.ended)} if report.ended is not None else {}
        told |= {"FailureReason": report.reason} if report.reason else {}
        told["Metadata"] = report.metadata
        if report.how is How.CACHED:
            told["CacheHitResult"] = {"SourcePipelineExecutionArn": report.source}
        told["Local"] = {
            "Type": report.type,
            "Status": report.status.value,
            "How": report.how.value if report.how else "",
            "Why": report.why,
        }
        return told


def why_skipped(state: State, node: Node) -> str:
    """Say why a step never started."""
    if state.stopping:
        return "The execution was stopped before."
    if node.gate is not None:
        condition = state.steps[node.gate.condition]
        if condition.status is not Status.SUCCEEDED:
            return f"{node.gate.condition} did not decide."
        if condition.branch is not node.gate.branch:
            return f"{node.gate.condition} took the other branch."
    ended = {need.step: state.steps[need.step].status for need in node.needs}
    named = [f"{name} ({status.value})" for name, status in sorted(ended.items())]
    if state.halted and not any(status.is_over for status in ended.values()):
        return "A Fail step ended the execution before."
    return f"It needs another end of {', '.join(named)}." if named else "The execution ended."


def _new(node: Node) -> StepReport:
    return StepReport(name=node.name, type=node.type, status=Status.WAITING)
