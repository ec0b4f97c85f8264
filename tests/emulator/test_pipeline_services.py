"""What executions of pipelines do in other services of the embedded AWS."""

import io
import json
import zipfile
from typing import Any

import pytest
from embedded_aws import DEV, client
from emulator.job_requests import BUCKET, ROLE
from emulator.pipeline_runs import ended, made, ready, run

from mlops_gitops.emulator.lifecycle import Running


@pytest.fixture(scope="module")
def sagemaker(jobs_aws: Running) -> Any:
    """SageMaker of dev."""
    return ready(jobs_aws)


def test_what_a_job_writes_is_in_cloudwatch_logs(aws: Running, sagemaker: Any) -> None:
    """In the group and under the job's name, as SageMaker's jobs log."""
    done = run(sagemaker, made(sagemaker, "logs"))
    listed = sagemaker.list_pipeline_execution_steps(
        PipelineExecutionArn=done["PipelineExecutionArn"], SortOrder="Ascending"
    )
    job = listed["PipelineExecutionSteps"][0]["Metadata"]["ProcessingJob"]["Arn"]
    logs, group = client(aws, "logs", DEV), "/aws/sagemaker/ProcessingJobs"
    prefix = job.rpartition("/")[2] + "/"

    streams = logs.describe_log_streams(logGroupName=group, logStreamNamePrefix=prefix)
    (stream,) = [each["logStreamName"] for each in streams["logStreams"]]
    events = logs.get_log_events(logGroupName=group, logStreamName=stream, startFromHead=True)

    assert "counted 3 rows" in [each["message"] for each in events["events"]]


def test_a_callback_waits_for_its_answer(aws: Running, sagemaker: Any) -> None:
    """The queue gets token, execution, arguments and status; the answer gives the outputs."""
    sqs = client(aws, "sqs", DEV)
    queue = sqs.create_queue(QueueName="asks")["QueueUrl"]
    output = {"OutputName": "by", "OutputType": "String"}
    step = {
        "Name": "ask",
        "Type": "Callback",
        "SqsQueueUrl": queue,
        "OutputParameters": [output],
        "Arguments": {"model": "churn"},
    }
    text = json.dumps({"Version": "2020-12-01", "Steps": [step]})
    sagemaker.create_pipeline(PipelineName="asks", PipelineDefinition=text, RoleArn=ROLE)
    arn = sagemaker.start_pipeline_execution(PipelineName="asks")["PipelineExecutionArn"]

    (message,) = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=10)["Messages"]
    body = json.loads(message["Body"])
    sagemaker.send_pipeline_execution_step_success(
        CallbackToken=body["token"], OutputParameters=[{"Name": "by", "Value": "kim"}]
    )

    assert (body["pipelineExecutionArn"], body["arguments"]) == (arn, {"model": "churn"})
    assert body["status"] == "Executing"
    assert ended(sagemaker, arn)["PipelineExecutionStatus"] == "Succeeded"


def test_models_are_in_the_registry(sagemaker: Any) -> None:
    """Each execution makes the next version of the group, which is made where there is none."""
    image = {"Image": "111111111111.dkr.ecr.us-east-1.amazonaws.com/python:3"}
    register = {
        "Name": "register",
        "Type": "RegisterModel",
        "Arguments": {
            "ModelPackageGroupName": "counted",
            "ModelApprovalStatus": "PendingManualApproval",
            "InferenceSpecification": {
                "Containers": [{**image, "ModelDataUrl": f"s3://{BUCKET}/rows/a.txt"}],
                "SupportedContentTypes": ["text/csv"],
                "SupportedResponseMIMETypes": ["text/csv"],
            },
        },
    }
    text = json.dumps({"Version": "2020-12-01", "Steps": [register]})
    sagemaker.create_pipeline(PipelineName="registers", PipelineDefinition=text, RoleArn=ROLE)
    done = [run(sagemaker, "registers") for _ in range(2)]

    arns = []
    for each in done:
        listed = sagemaker.list_pipeline_execution_steps(
            PipelineExecutionArn=each["PipelineExecutionArn"]
        )
        (step,) = listed["PipelineExecutionSteps"]
        arns.append(step["Metadata"]["RegisterModel"]["Arn"])
    packages = sagemaker.list_model_packages(ModelPackageGroupName="counted")
    assert [arn.rpartition("/")[2] for arn in arns] == ["1", "2"]
    assert {each["ModelPackageArn"] for each in packages["ModelPackageSummaryList"]} == set(arns)


def test_a_functions_code_is_called(aws: Running, sagemaker: Any) -> None:
    """What it returns are the outputs; one that is not there is stood in for, and said so."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr(
            "index.py", "def handler(event, context):\n    return {'n': event['n'] + 1}\n"
        )
    made = client(aws, "lambda", DEV).create_function(
        FunctionName="adds",
        Runtime="python3.11",
        Role=ROLE,
        Handler="index.handler",
        Code={"ZipFile": archive.getvalue()},
    )
    steps = [
        {
            "Name": name,
            "Type": "Lambda",
            "FunctionArn": arn,
            "OutputParameters": [{"OutputName": "n", "OutputType": "Integer"}],
            "Arguments": {"n": 4},
        }
        for name, arn in (("adds", made["FunctionArn"]), ("gone", f"{made['FunctionArn']}-gone"))
    ]
    text = json.dumps({"Version": "2020-12-01", "Steps": steps})
    sagemaker.create_pipeline(PipelineName="calls", PipelineDefinition=text, RoleArn=ROLE)

    done = run(sagemaker, "calls")
    listed = sagemaker.list_pipeline_execution_steps(
        PipelineExecutionArn=done["PipelineExecutionArn"]
    )
    found = {each["StepName"]: each for each in listed["PipelineExecutionSteps"]}
    assert found["adds"]["Metadata"]["Lambda"]["OutputParameters"] == [{"Name": "n", "Value": "5"}]
    assert "StepDescription" not in found["adds"]
    assert "emulated" in found["gone"]["StepDescription"]
