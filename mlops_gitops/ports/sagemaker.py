"""SageMaker as people use it by hand: model cards, and pipelines with their executions."""

from collections.abc import Mapping
from typing import Any, Protocol

from mlops_gitops.runs.pipeline_execution import (
    CallbackAnswer,
    PipelineExecution,
    PipelineStart,
    PipelineStep,
)
from mlops_gitops.runs.pipeline_quotas import Instances, Quota, UsageMetric
from mlops_gitops.status.model_card import CardExport, CardSummary, ModelCard


class ModelCards(Protocol):
    """SageMaker model cards."""

    def status(self, account: str, name: str) -> str | None:
        """Give a card's status as it is just now; None if there is none by that name."""

    def cards(self, account: str) -> tuple[CardSummary, ...]:
        """List an account's cards, page by page, by their names."""

    def describe(self, account: str, name: str, version: int | None) -> ModelCard | None:
        """Read a version of a card, the newest by default; None if there is none."""

    def export(self, account: str, card: ModelCard, job: str, folder: str) -> str:
        """Start to write a version of a card as PDF into a folder of S3; give the job's ARN."""

    def export_job(self, account: str, arn: str) -> CardExport:
        """Say how far an export is."""

    def delete(self, account: str, name: str) -> None:
        """Delete a card with all its versions; none to delete is no error."""


class SageMakerPipelines(Protocol):
    """SageMaker pipelines and their executions, in any account."""

    def definition(self, account: str, pipeline: str) -> str | None:
        """Give the definition that is deployed; None if there is no such pipeline."""

    def start(self, account: str, pipeline: str, request: PipelineStart) -> str:
        """Start an execution, once for each token; give its ARN."""

    def stop(self, account: str, arn: str, token: str) -> None:
        """Ask an execution to stop."""

    def answer(self, account: str, answer: CallbackAnswer, token: str) -> str:
        """Answer a callback step, once for each token; give the ARN of its execution.

        Raises:
            AwsError: no step waits for it.
        """

    def executions(self, account: str, pipeline: str) -> tuple[PipelineExecution, ...]:
        """List the newest executions, newest first; empty if there is no such pipeline."""

    def execution(self, account: str, arn: str) -> PipelineExecution | None:
        """Read an execution; None if there is none by that ARN."""

    def steps(self, account: str, arn: str) -> tuple[PipelineStep, ...]:
        """List the steps that have started, in the order in which they did."""

    def definition_of(self, account: str, arn: str) -> str:
        """Give the definition that an execution runs."""

    def log(self, account: str, group: str, stream: str) -> tuple[str, ...] | None:
        """Read the lines of the streams that begin so; None if there is none."""

    def read(self, account: str, uri: str) -> bytes | None:
        """Read an object that an execution wrote; None if there is none."""


class SageMakerUsage(Protocol):
    """SageMaker's quotas, and what is in use of them, in any account."""

    def quotas(self, account: str) -> Mapping[str, Quota]:
        """Give SageMaker's quotas by their names.

        Raises:
            AwsError: they may not be read.
        """

    def measured(self, account: str, metric: UsageMetric) -> float | None:
        """Give the newest value of a metric; None if it has none of the last minutes.

        Raises:
            AwsError: it may not be read.
        """

    def instances(self, account: str, kind: str) -> Instances:
        """Count the instances that jobs of a kind hold just now, as quotas call the kind.

        Raises:
            AwsError: jobs may not be listed or described.
        """


class FoundationModels(Protocol):
    """The models of SageMaker JumpStart, as their public hub describes them."""

    def describe(self, model_id: str, version: str) -> Mapping[str, Any] | None:
        """Give the hub's document of a version of a model; None if there is none.

        Raises:
            AwsError: the hub may not be asked.
        """
