"""SageMaker pipelines of any account: the plan role reads, the repair role starts and stops."""

from typing import Any

from mlops_gitops.adapters.aws.paging import drain
from mlops_gitops.adapters.aws.session import PLAN_ROLE, REPAIR_ROLE, Accounts, call, read_body
from mlops_gitops.errors import AwsError
from mlops_gitops.runs.pipeline_execution import (
    CallbackAnswer,
    PipelineExecution,
    PipelineStart,
    PipelineStep,
    step_from,
)

_MISSING = frozenset({"ResourceNotFound", "ResourceNotFoundException"})
_NO_OBJECT = frozenset({"404", "NoSuchKey", "NoSuchBucket"})
_NEWEST = 20


class AwsSageMakerPipelines:
    """SageMaker pipelines.

    Args:
        accounts: hands out clients.
        bucket: the assets bucket, which the caller reads as themselves.
    """

    def __init__(self, accounts: Accounts, bucket: str) -> None:
        self._accounts = accounts
        self._bucket = bucket

    def definition(self, account: str, pipeline: str) -> str | None:
        """Give the definition that is deployed; None if there is no such pipeline."""
        where = f"While reading pipeline {pipeline} in {account}"
        found = _found(where, self._client(account).describe_pipeline, PipelineName=pipeline)
        return None if found is None else str(found["PipelineDefinition"])

    def start(self, account: str, pipeline: str, request: PipelineStart) -> str:
        """Start an execution, once for each token; give its ARN."""
        started = call(
            f"While starting pipeline {pipeline} in {account}",
            self._client(account, REPAIR_ROLE).start_pipeline_execution,
            PipelineName=pipeline,
            ClientRequestToken=request.token,
            PipelineParameters=[
                {"Name": name, "Value": value} for name, value in request.parameters.items()
            ],
            **_limits(request),
        )
        return str(started["PipelineExecutionArn"])

    def stop(self, account: str, arn: str, token: str) -> None:
        """Ask an execution to stop."""
        stop = self._client(account, REPAIR_ROLE).stop_pipeline_execution
        where = f"While stopping {arn}"
        call(where, stop, PipelineExecutionArn=arn, ClientRequestToken=token)

    def answer(self, account: str, answer: CallbackAnswer, token: str) -> str:
        """Answer a callback step, once for each token; give the ARN of its execution.

        Raises:
            AwsError: no step waits for it.
        """
        client = self._client(account, REPAIR_ROLE)
        if answer.reason is None:
            outputs = [{"Name": name, "Value": value} for name, value in answer.outputs.items()]
            send = client.send_pipeline_execution_step_success
            said: dict[str, Any] = {"OutputParameters": outputs}
        else:
            send = client.send_pipeline_execution_step_failure
            said = {"FailureReason": answer.reason}
        where = f"While answering callback {answer.token} in {account}"
        sent = call(where, send, CallbackToken=answer.token, ClientRequestToken=token, **said)
        return str(sent["PipelineExecutionArn"])

    def executions(self, account: str, pipeline: str) -> tuple[PipelineExecution, ...]:
        """List the newest executions, newest first; empty if there is no such pipeline."""
        found = _found(
            f"While listing the executions of {pipeline} in {account}",
            self._client(account).list_pipeline_executions,
            PipelineName=pipeline,
            SortBy="CreationTime",
            SortOrder="Descending",
            MaxResults=_NEWEST,
        )
        listed = [] if found is None else found["PipelineExecutionSummaries"]
        return tuple(
            PipelineExecution(
                arn=each["PipelineExecutionArn"],
                status=each["PipelineExecutionStatus"],
                started_at=each["StartTime"],
                reason=each.get("PipelineExecutionFailureReason", ""),
            )
            for each in listed
        )

    def execution(self, account: str, arn: str) -> PipelineExecution | None:
        """Read an execution; None if there is none by that ARN."""
        describe = self._client(account).describe_pipeline_execution
        found = _found(f"While reading {arn}", describe, PipelineExecutionArn=arn)
        if found is None:
            return None
        return PipelineExecution(
            arn=arn,
            status=found["PipelineExecutionStatus"],
            started_at=found["CreationTime"],
            reason=found.get("FailureReason", ""),
        )

    def steps(self, account: str, arn: str) -> tuple[PipelineStep, ...]:
        """List the steps that have started, in the order in which they did."""
        pages = self._client(account).get_paginator("list_pipeline_execution_steps")
        found = pages.paginate(PipelineExecutionArn=arn, SortOrder="Ascending")
        where = f"While listing the steps of {arn}"
        return tuple(step_from(each) for each in drain(where, found, "PipelineExecutionSteps"))

    def definition_of(self, account: str, arn: str) -> str:
        """Give the definition that an execution runs."""
        describe = self._client(account).describe_pipeline_definition_for_execution
        where = f"While reading the definition of {arn}"
        return str(call(where, describe, PipelineExecutionArn=arn)["PipelineDefinition"])

    def log(self, account: str, group: str, stream: str) -> tuple[str, ...] | None:
        """Read the lines of the streams that begin so; None if there is none."""
        client = self._accounts.client(account, PLAN_ROLE, "logs")
        where = f"While reading {group} in {account}"
        listed = _found(
            where, client.describe_log_streams, logGroupName=group, logStreamNamePrefix=stream
        )
        names = [each["logStreamName"] for each in (listed or {}).get("logStreams", ())]
        if not names:
            return None
        return tuple(line for name in names for line in _lines(where, client, group, name))

    def read(self, account: str, uri: str) -> bytes | None:
        """Read an object that an execution wrote; None if there is none."""
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        own = bucket == self._bucket
        s3 = self._accounts.own("s3") if own else self._accounts.client(account, PLAN_ROLE, "s3")
        try:
            found = call(f"While reading {uri}", s3.get_object, Bucket=bucket, Key=key)
        except AwsError as error:
            if error.code in _NO_OBJECT:
                return None
            raise
        return read_body(f"While reading {uri}", found)

    def _client(self, account: str, role: str = PLAN_ROLE) -> Any:
        return self._accounts.client(account, role, "sagemaker")


def _limits(request: PipelineStart) -> dict[str, Any]:
    """Give the members of a request that it has only where somebody asks for them."""
    limits: dict[str, Any] = {}
    if request.selected:
        chosen: dict[str, Any] = {
            "SelectedSteps": [{"StepName": each} for each in request.selected]
        }
        if request.source:
            chosen["SourcePipelineExecutionArn"] = request.source
        limits["SelectiveExecutionConfig"] = chosen
    if request.parallelism is not None:
        limits["ParallelismConfiguration"] = {"MaxParallelExecutionSteps": request.parallelism}
    return limits


def _found(where: str, operation: Any, **arguments: Any) -> Any:
    """Call AWS; None for what is not there."""
    try:
        return call(where, operation, **arguments)
    except AwsError as error:
        if error.code in _MISSING:
            return None
        raise


def _lines(where: str, client: Any, group: str, stream: str) -> list[str]:
    """Read a stream to its end: where the token stays the same, nothing more comes."""
    lines: list[str] = []
    token: dict[str, str] = {}
    while True:
        page = call(
            where,
            client.get_log_events,
            logGroupName=group,
            logStreamName=stream,
            startFromHead=True,
            **token,
        )
        lines += [event["message"].rstrip("\n") for event in page["events"]]
        following = page.get("nextForwardToken")
        if not page["events"] or following in (None, token.get("nextToken")):
            return lines
        token = {"nextToken": following}
