"""Executions of SageMaker pipelines, as SageMaker tells of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

_UNDER_WAY = frozenset({"Executing", "Stopping"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineStart:
    """What a pipeline is started with.

    Attributes:
        parameters: values by name, as texts.
        selected: the steps to run; none for all.
        source: ARN of the execution that gives what the others made; "" for the newest.
        parallelism: how many steps run at once; None for what the pipeline says.
        token: the same request with the same token starts once.
    """

    token: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    selected: tuple[str, ...] = ()
    source: str = ""
    parallelism: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackAnswer:
    """What a callback step waits for.

    Attributes:
        token: of its message.
        outputs: values by name, as texts.
        reason: why the step fails; None if it succeeds.
    """

    token: str
    outputs: Mapping[str, str] = field(default_factory=dict)
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineExecution:
    """One execution.

    Attributes:
        arn: its ARN; the last part is its id.
        started_at: when it started.
        status: Executing, Stopping, Stopped, Failed or Succeeded.
        reason: why it failed; "" for none.
    """

    arn: str
    status: str
    started_at: datetime
    reason: str = ""

    @property
    def id(self) -> str:
        """Last part of the ARN."""
        return self.arn.rpartition("/")[2]

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self.status not in _UNDER_WAY


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineStep:
    """One step of an execution.

    Attributes:
        name: as the definition calls it.
        started_at: when it started; null if it has not.
        ended_at: when it ended; null if it has not.
        attempts: how often it was started.
        description: what the definition says of it.
        status: Starting, Executing, Stopping, Stopped, Failed or Succeeded.
        reason: why it failed; "" for none.
        kind: what SageMaker made for it, such as `ProcessingJob`; "" for nothing.
        job: ARN of that; "" for none.
        cached_from: ARN of the execution whose result was used instead; "" for none.
        outcome: of a condition, True or False.
    """

    name: str
    status: str
    started_at: datetime | None = None
    ended_at: datetime | None = None
    reason: str = ""
    kind: str = ""
    job: str = ""
    attempts: int = 0
    cached_from: str = ""
    outcome: str = ""
    description: str = ""

    @property
    def job_name(self) -> str:
        """Name that SageMaker gave to what it made; "" for nothing."""
        return self.job.rpartition("/")[2]


def step_from(found: Mapping[str, Any]) -> PipelineStep:
    """Read a step as ListPipelineExecutionSteps gives it; times are moments with a zone."""
    metadata = found.get("Metadata") or {}
    kind = next(iter(metadata), "")
    about = metadata.get(kind) or {}
    return PipelineStep(
        name=found["StepName"],
        status=found["StepStatus"],
        started_at=found.get("StartTime"),
        ended_at=found.get("EndTime"),
        reason=found.get("FailureReason", ""),
        kind=kind,
        job=str(about.get("Arn") or about.get("CheckJobArn") or ""),
        attempts=int(found.get("AttemptCount", 0)),
        cached_from=(found.get("CacheHitResult") or {}).get("SourcePipelineExecutionArn", ""),
        outcome=str(about.get("Outcome", "")),
        description=found.get("StepDescription", ""),
    )


LOG_GROUPS: Mapping[str, str] = {
    "processing-job": "/aws/sagemaker/ProcessingJobs",
    "training-job": "/aws/sagemaker/TrainingJobs",
    "transform-job": "/aws/sagemaker/TransformJobs",
}
"""Kind of job in an ARN -> its group in CloudWatch Logs."""


def log_group(job: str) -> str:
    """Name the log group of a job by its ARN; "" for what writes none."""
    return LOG_GROUPS.get(job.rpartition(":")[2].partition("/")[0], "")
