"""What is known while an execution runs: who it is, and what its references name."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from mlops_gitops.executor.language import (
    Json,
    Key,
    Kind,
    Path,
    Reference,
    Unresolved,
    follow,
)
from mlops_gitops.executor.storage import BadUri, Storage

_JOB_NAME = 63
"""Names of training, processing and transform jobs have at most so many characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who an execution is.

    Attributes:
        pipeline: the pipeline's name.
        execution: the execution's id.
        region: where it would be.
        account: whose it would be.
        started: when it started, in seconds.
    """

    pipeline: str
    execution: str
    region: str
    account: str
    started: float

    @property
    def pipeline_arn(self) -> str:
        """The pipeline's ARN; names in ARNs of pipelines are lower case."""
        return self.arn("pipeline", self.pipeline.lower())

    @property
    def arn_of_execution(self) -> str:
        """The execution's ARN."""
        return f"{self.pipeline_arn}/execution/{self.execution}"

    def arn(self, kind: str, name: str) -> str:
        """Give the ARN that something of this name would have."""
        partition = {"cn": "aws-cn", "us-gov": "aws-us-gov"}.get(
            self.region.rpartition("-")[0].rpartition("-")[0], "aws"
        )
        return f"arn:{partition}:sagemaker:{self.region}:{self.account}:{kind}/{name}"

    def job_name(self, step: str, suffix: str) -> str:
        """Name a job as Pipelines does: `pipelines-<execution>-<step>-<10 characters>`.

        Names of steps may have underscores, those of jobs and models may not.
        """
        head = f"pipelines-{self.execution}-"
        room = max(1, _JOB_NAME - len(head) - len(suffix) - 1)
        return f"{head}{step.replace('_', '-')[:room]}-{suffix}"


def iso(at: float) -> str:
    """Write a time as SageMaker writes it in an execution variable."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the references of one step name; see `language.Lookup`.

    Attributes:
        identity: who the execution is.
        parameters: their values.
        properties: what is known of each step that has ended.
        steps: steps as the definition has them.
        storage: where documents are.
        now: the clock.
        job_name: the name of the job that the step starts.
        item: the current item, in a ForEach.
        outputs: properties of an iteration's step, for a selector.
    """

    identity: Identity
    parameters: Mapping[str, Json]
    properties: Mapping[str, Json]
    steps: Mapping[str, Mapping[str, Json]]
    storage: Storage
    now: Callable[[], float]
    job_name: str = ""
    item: tuple[Json] | None = None
    outputs: Mapping[str, Json] = field(default_factory=dict)

    def value(self, reference: Reference) -> Json:
        """Give what a reference names.

        Raises:
            Unresolved: it names nothing that is known.
        """
        kind, name = reference.kind, reference.name
        if kind is Kind.PARAMETER and name in self.parameters:
            return self.parameters[name]
        if kind is Kind.EXECUTION:
            return self._variable(reference)
        if kind is Kind.STEP and name in self.properties:
            return follow(self.properties[name], reference.path, f"Step {name}")
        if kind is Kind.ITEM and self.item is not None:
            return _member(self.item[0], reference.path)
        if kind is Kind.OUTPUT and name in self.outputs:
            return follow(self.outputs[name], reference.path, f"Step {name}")
        raise Unresolved(f'"{reference.text}" names no {kind.value} that is known here.')

    def document(self, source: Reference | str) -> Json:
        """Read the JSON in a property file, or at an S3 URI.

        Raises:
            Unresolved: there is none.
        """
        uri = source if isinstance(source, str) else self._property_file(source)
        try:
            data = self.storage.read(uri)
        except BadUri as error:
            raise Unresolved(str(error)) from error
        if data is None:
            raise Unresolved(f"There is no file at {uri}.")
        try:
            value: Json = json.loads(data)
        except ValueError as error:
            raise Unresolved(f"The file at {uri} is not JSON: {error}.") from error
        return value

    def _variable(self, reference: Reference) -> str:
        identity = self.identity
        known = {
            "StartDateTime": iso(identity.started),
            "CurrentDateTime": iso(self.now()),
            "PipelineName": identity.pipeline,
            "PipelineArn": identity.pipeline_arn,
            "PipelineExecutionId": identity.execution,
            "PipelineExecutionArn": identity.arn_of_execution,
            "TrainingJobName": self.job_name,
            "ProcessingJobName": self.job_name,
        }
        if not known.get(reference.name):
            raise Unresolved(f'"{reference.text}" is no variable of an execution.')
        return known[reference.name]

    def _property_file(self, reference: Reference) -> str:
        files = self.steps.get(reference.name, {}).get("PropertyFiles")
        for file in files if isinstance(files, list) else []:
            if isinstance(file, dict) and file.get("PropertyFileName") == reference.path[0]:
                path: Path = ("ProcessingOutputConfig", "Outputs", Key(str(file["OutputName"])))
                known = self.properties.get(reference.name)
                output = follow(known, (*path, "S3Output", "S3Uri"), f"Step {reference.name}")
                return f"{str(output).rstrip('/')}/{file.get('FilePath')}"
        raise Unresolved(f"Step {reference.name} has no property file {reference.path[0]}.")


def _member(item: Json, path: Path) -> Json:
    """Give the item of a loop, or a member of it; an object may come as JSON in a text."""
    if path and isinstance(item, str):
        try:
            item = json.loads(item)
        except ValueError:
            raise Unresolved(f"The current item is no object, but {item!r}.") from None
    return follow(item, path, "The current item")
