"""SageMaker pipelines in a dict: what stacks keep, and executions that a test lets end."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from mlops_gitops.adapters.memory.atomic import atomic
from mlops_gitops.adapters.memory.stacks import MemoryStacks
from mlops_gitops.errors import AwsError
from mlops_gitops.runs.pipeline_execution import (
    CallbackAnswer,
    PipelineExecution,
    PipelineStart,
    PipelineStep,
)

_TYPE = "AWS::SageMaker::Pipeline"


@dataclass(slots=True, kw_only=True)
class _Kept:
    execution: PipelineExecution
    pipeline: str
    token: str
    definition: str
    steps: list[PipelineStep] = field(default_factory=list)


@atomic
class MemorySageMakerPipelines:
    """Pipelines of every account.

    Args:
        stacks: those that keep pipelines.
        now: gives the time.

    Attributes:
        objects: what executions wrote, by URI.
        logs: lines by group and stream.
        asked: what was started, in order.
        waiting: ARNs of executions by the tokens of their callbacks.
        answered: the answers, in order.
    """

    def __init__(self, stacks: MemoryStacks, now: Callable[[], datetime]) -> None:
        self.objects: dict[str, bytes] = {}
        self.logs: dict[tuple[str, str], tuple[str, ...]] = {}
        self.asked: list[PipelineStart] = []
        self.waiting: dict[str, str] = {}
        self.answered: list[CallbackAnswer] = []
        self._stacks = stacks
        self._now = now
        self._kept: dict[tuple[str, str], _Kept] = {}

    def end(self, arn: str, status: str, *steps: PipelineStep, reason: str = "") -> None:
        """Let an execution end, with these steps."""
        kept = self._kept[arn.split(":")[4], arn]
        kept.execution = replace(kept.execution, status=status, reason=reason)
        kept.steps = list(steps)

    def definition(self, account: str, pipeline: str) -> str | None:
        """Give the definition that is deployed; None if there is no such pipeline."""
        for record in self._stacks.records(account):
            for logical_id, resource in record.seen.resources.items():
                if resource.type == _TYPE and resource.properties["PipelineName"] == pipeline:
                    # As it is written: what is seen of a template has steps under their names.
                    written = record.template["Resources"][logical_id]["Properties"]
                    return str(written["PipelineDefinition"]["PipelineDefinitionBody"])
        return None

    def start(self, account: str, pipeline: str, request: PipelineStart) -> str:
        """Start an execution, once for each token; give its ARN."""
        for kept in self._kept.values():
            if kept.pipeline == pipeline and kept.token == request.token:
                return kept.execution.arn
        definition = self.definition(account, pipeline)
        if definition is None:
            raise _missing(f"While starting pipeline {pipeline} in {account}")
        number = f"{len(self._kept):012}"
        arn = f"arn:aws:sagemaker:us-east-1:{account}:pipeline/{pipeline}/execution/{number}"
        execution = PipelineExecution(arn=arn, status="Executing", started_at=self._now())
        self.asked.append(request)
        self._kept[account, arn] = _Kept(
            execution=execution, pipeline=pipeline, token=request.token, definition=definition
        )
        return arn

    def stop(self, account: str, arn: str, token: str) -> None:  # noqa: ARG002 - a stop is one anyway
        """Ask an execution to stop; here it does at once."""
        kept = self._kept.get((account, arn))
        if kept is None:
            raise _missing(f"While stopping {arn}")
        kept.execution = replace(kept.execution, status="Stopped")

    def answer(self, account: str, answer: CallbackAnswer, token: str) -> str:  # noqa: ARG002 - an answer is one anyway
        """Answer a callback step; give the ARN of its execution.

        Raises:
            AwsError: no step waits for it.
        """
        arn = self.waiting.pop(answer.token, None)
        if arn is None:
            raise _missing(f"While answering callback {answer.token} in {account}")
        self.answered.append(answer)
        return arn

    def executions(self, account: str, pipeline: str) -> tuple[PipelineExecution, ...]:
        """List the executions, newest first; empty if there is no such pipeline."""
        found = [
            kept.execution
            for (of, _), kept in self._kept.items()
            if of == account and kept.pipeline == pipeline
        ]
        return tuple(reversed(found))

    def execution(self, account: str, arn: str) -> PipelineExecution | None:
        """Read an execution; None if there is none by that ARN."""
        kept = self._kept.get((account, arn))
        return kept.execution if kept else None

    def steps(self, account: str, arn: str) -> tuple[PipelineStep, ...]:
        """List the steps that have started, in the order in which they did."""
        return tuple(self._kept[account, arn].steps)

    def definition_of(self, account: str, arn: str) -> str:
        """Give the definition that an execution runs."""
        return self._kept[account, arn].definition

    def log(self, account: str, group: str, stream: str) -> tuple[str, ...] | None:  # noqa: ARG002 - streams are called differently everywhere
        """Read the lines of the streams that begin so; None if there is none."""
        found = [
            line
            for (of, name), lines in self.logs.items()
            if of == group and name.startswith(stream)
            for line in lines
        ]
        return tuple(found) or None

    def read(self, account: str, uri: str) -> bytes | None:  # noqa: ARG002 - buckets are nobody's here
        """Read an object that an execution wrote; None if there is none."""
        return self.objects.get(uri)


def _missing(where: str) -> AwsError:
    message = f"{where}, AWS said ResourceNotFound: there is none."
    return AwsError(message, hint="Deploy it first.", code="ResourceNotFound")
