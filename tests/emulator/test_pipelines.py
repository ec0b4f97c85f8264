"""SageMaker's pipelines on a running embedded AWS: executions are run, and told of as AWS does."""

import json
import time
from pathlib import Path
from typing import Any

import embedded_stacks as stacks
import pytest
from botocore.exceptions import ClientError
from embedded_aws import DEV, client, embedded_aws
from emulator.job_requests import BUCKET, ROLE, prepare

from mlops_gitops.emulator.lifecycle import Running

SCRIPT = """
import json, pathlib, sys
home = pathlib.Path("/opt/ml/processing")
rows = [line for file in (home / "input/raw").iterdir() for line in file.read_text().split()]
(home / "output/report/report.json").write_text(json.dumps({"rows": len(rows)}))
print("counted", len(rows), "rows")
"""
ROWS = {"PropertyFile": {"Get": "Steps.count.PropertyFiles.r"}, "Path": "rows"}
GATE = {
    "LeftValue": {"Std:JsonGet": ROWS},
    "RightValue": {"Get": "Parameters.least"},
    "Type": "GreaterThanOrEqualTo",
}


def step(raw: str) -> dict[str, Any]:
    """A step that counts the rows below a prefix."""
    inputs = {"raw": f"s3://{BUCKET}/{raw}", "code": f"s3://{BUCKET}/code"}
    output = {"On": "/", "Values": [f"s3://{BUCKET}/out", {"Get": "Execution.PipelineExecutionId"}]}
    return {
        "Name": "count",
        "Type": "Processing",
        "PropertyFiles": [
            {"PropertyFileName": "r", "OutputName": "report", "FilePath": "report.json"}
        ],
        "Arguments": {
            "RoleArn": ROLE,
            "AppSpecification": {
                "ImageUri": "111111111111.dkr.ecr.us-east-1.amazonaws.com/python:3",
                "ContainerEntrypoint": ["python3", "/opt/ml/processing/input/code/count.py"],
            },
            "ProcessingInputs": [
                {
                    "InputName": name,
                    "S3Input": {
                        "S3Uri": uri,
                        "LocalPath": f"/opt/ml/processing/input/{name}",
                        "S3DataType": "S3Prefix",
                        "S3InputMode": "File",
                    },
                }
                for name, uri in inputs.items()
            ],
            "ProcessingOutputConfig": {
                "Outputs": [
                    {
                        "OutputName": "report",
                        "S3Output": {
                            "S3Uri": {"Std:Join": output},
                            "LocalPath": "/opt/ml/processing/output/report",
                            "S3UploadMode": "EndOfJob",
                        },
                    }
                ]
            },
            "ProcessingResources": {
                "ClusterConfig": {
                    "InstanceCount": 1,
                    "InstanceType": "ml.m5.large",
                    "VolumeSizeInGB": 30,
                }
            },
        },
    }


def definition(raw: str = "rows") -> str:
    """A pipeline that counts, and fails where there are too few."""
    few = {"Name": "few", "Type": "Fail", "Arguments": {"ErrorMessage": "Too few rows."}}
    gate = {"Conditions": [GATE], "IfSteps": [], "ElseSteps": [few]}
    return json.dumps(
        {
            "Version": "2020-12-01",
            "Parameters": [{"Name": "least", "Type": "Integer", "DefaultValue": 2}],
            "Steps": [step(raw), {"Name": "gate", "Type": "Condition", "Arguments": gate}],
        }
    )


def ready(aws: Running) -> Any:
    """SageMaker of dev, with code and rows in S3."""
    prepare(aws)
    s3 = client(aws, "s3", DEV)
    s3.put_object(Bucket=BUCKET, Key="code/count.py", Body=SCRIPT.encode())
    s3.put_object(Bucket=BUCKET, Key="rows/a.txt", Body=b"1\n2\n3\n")
    return client(aws, "sagemaker", DEV)


@pytest.fixture(scope="module")
def sagemaker(aws: Running) -> Any:
    """SageMaker of dev."""
    return ready(aws)


def made(sagemaker: Any, name: str, raw: str = "rows") -> str:
    """Make a pipeline; its name."""
    text = definition(raw)
    sagemaker.create_pipeline(PipelineName=name, PipelineDefinition=text, RoleArn=ROLE)
    return name


def ended(sagemaker: Any, arn: str) -> dict[str, Any]:
    """Wait for the end of an execution."""
    for _ in range(600):
        found: dict[str, Any] = sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)
        if found["PipelineExecutionStatus"] not in {"Executing", "Stopping"}:
            return found
        time.sleep(0.05)
    raise AssertionError(found)


def run(sagemaker: Any, name: str, **given: Any) -> dict[str, Any]:
    """Start a pipeline and wait for its end."""
    arn = sagemaker.start_pipeline_execution(PipelineName=name, **given)["PipelineExecutionArn"]
    return ended(sagemaker, arn)


def refused(call: Any, **request: Any) -> str:
    """Give code and sentence of a refusal."""
    with pytest.raises(ClientError) as raised:
        call(**request)
    told = raised.value.response["Error"]
    return f"{told['Code']}: {told['Message']}"


def test_an_execution_does_what_its_steps_say(aws: Running, sagemaker: Any) -> None:
    """Scripts run over what is in S3, outputs are in S3, and conditions read them."""
    done = run(sagemaker, made(sagemaker, "counts"))

    arn = done["PipelineExecutionArn"]
    listed = sagemaker.list_pipeline_execution_steps(
        PipelineExecutionArn=arn, SortOrder="Ascending"
    )
    steps = {each["StepName"]: each for each in listed["PipelineExecutionSteps"]}
    key = f"out/{arn.rpartition('/')[2]}/report.json"
    report = client(aws, "s3", DEV).get_object(Bucket=BUCKET, Key=key)["Body"].read()
    assert done["PipelineExecutionStatus"] == "Succeeded"
    assert json.loads(report) == {"rows": 3}
    assert {name: each["StepStatus"] for name, each in steps.items()} == {
        "count": "Succeeded",
        "gate": "Succeeded",
    }
    assert ":processing-job/pipelines-" in steps["count"]["Metadata"]["ProcessingJob"]["Arn"]
    assert steps["gate"]["Metadata"]["Condition"]["Outcome"] == "True"
    assert steps["count"]["StartTime"] <= steps["count"]["EndTime"]


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


def test_a_stop_stops_and_is_refused_after_the_end(sagemaker: Any) -> None:
    """A script is told to end; what has ended is not stopped."""
    arn = run(sagemaker, made(sagemaker, "stopped"))["PipelineExecutionArn"]

    assert "cannot be stopped" in refused(
        sagemaker.stop_pipeline_execution, PipelineExecutionArn=arn, ClientRequestToken="s" * 32
    )


def test_a_fail_step_ends_it_for_good(sagemaker: Any) -> None:
    """The message is the reason, and such an execution is not retried."""
    name = made(sagemaker, "few-rows")
    done = run(sagemaker, name, PipelineParameters=[{"Name": "least", "Value": "9"}])

    arn = done["PipelineExecutionArn"]
    parameters = sagemaker.list_pipeline_parameters_for_execution(PipelineExecutionArn=arn)
    assert (done["PipelineExecutionStatus"], done["FailureReason"]) == ("Failed", "Too few rows.")
    assert parameters["PipelineParameters"] == [{"Name": "least", "Value": "9"}]
    assert "cannot be retried" in refused(
        sagemaker.retry_pipeline_execution, PipelineExecutionArn=arn
    )


def test_what_failed_is_retried(aws: Running, sagemaker: Any) -> None:
    """A step without data fails as it does on SageMaker; with the data there, a retry succeeds."""
    done = run(sagemaker, made(sagemaker, "later", raw="later"))
    arn = done["PipelineExecutionArn"]
    listed = sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=arn)
    (failed,) = listed["PipelineExecutionSteps"]

    client(aws, "s3", DEV).put_object(Bucket=BUCKET, Key="later/a.txt", Body=b"1\n2\n")
    sagemaker.retry_pipeline_execution(PipelineExecutionArn=arn)

    assert done["PipelineExecutionStatus"] == "Failed"
    assert "there are no objects at s3://" in failed["FailureReason"]
    assert ended(sagemaker, arn)["PipelineExecutionStatus"] == "Succeeded"


def test_a_token_starts_once(sagemaker: Any) -> None:
    """A request that is repeated gives the execution that it started."""
    name, token = made(sagemaker, "once"), "t" * 32
    first = run(sagemaker, name, ClientRequestToken=token)
    again = run(sagemaker, name, ClientRequestToken=token)

    listed = sagemaker.list_pipeline_executions(PipelineName=name)["PipelineExecutionSummaries"]
    assert first["PipelineExecutionArn"] == again["PipelineExecutionArn"]
    assert [each["PipelineExecutionStatus"] for each in listed] == ["Succeeded"]


def test_selected_steps_take_the_rest_from_before(sagemaker: Any) -> None:
    """Only what is selected runs; what it refers to is another execution's."""
    name = made(sagemaker, "selected")
    first = run(sagemaker, name)
    config = {
        "SourcePipelineExecutionArn": first["PipelineExecutionArn"],
        "SelectedSteps": [{"StepName": "gate"}],
    }
    done = run(sagemaker, name, SelectiveExecutionConfig=config)

    listed = sagemaker.list_pipeline_execution_steps(
        PipelineExecutionArn=done["PipelineExecutionArn"]
    )
    assert done["PipelineExecutionStatus"] == "Succeeded"
    assert [each["StepName"] for each in listed["PipelineExecutionSteps"]] == ["gate"]


def test_what_sagemaker_refuses_is_refused(sagemaker: Any) -> None:
    """Taken names, unknown pipelines and parameters, definitions that are none."""
    name = made(sagemaker, "strict")
    wrong = [{"Name": "most", "Value": "1"}]

    assert "names must be unique within an AWS account" in refused(
        sagemaker.create_pipeline, PipelineName=name, PipelineDefinition=definition(), RoleArn=ROLE
    )
    assert refused(sagemaker.start_pipeline_execution, PipelineName="nobody").startswith(
        "ResourceNotFound: "
    )
    assert refused(
        sagemaker.start_pipeline_execution, PipelineName=name, PipelineParameters=wrong
    ).startswith("ValidationException: The pipeline has no parameter most")
    assert "Unable to parse pipeline definition" in refused(
        sagemaker.update_pipeline, PipelineName=name, PipelineDefinition="no json"
    )


def test_cloudformation_makes_and_changes_pipelines(aws: Running, sagemaker: Any) -> None:
    """A stack's pipeline is there, is changed in place, and goes with its stack."""
    template = {
        "Resources": {
            "P": {
                "Type": "AWS::SageMaker::Pipeline",
                "Properties": {
                    "PipelineName": "of-a-stack",
                    "PipelineDefinition": {"PipelineDefinitionBody": definition()},
                    "RoleArn": ROLE,
                    "ParallelismConfiguration": {"MaxParallelExecutionSteps": "3"},
                },
            }
        },
        "Outputs": {"Name": {"Value": {"Ref": "P"}}},
    }
    cloudformation = client(aws, "cloudformation", DEV)
    first = stacks.create(cloudformation, "with-pipeline", template)
    before = sagemaker.describe_pipeline(PipelineName="of-a-stack")
    body = {"PipelineDefinitionBody": definition("later")}
    template["Resources"]["P"]["Properties"]["PipelineDefinition"] = body  # type: ignore[index]
    stacks.update(cloudformation, "with-pipeline", template)
    after = sagemaker.describe_pipeline(PipelineName="of-a-stack")
    stacks.delete(cloudformation, "with-pipeline")

    assert first["out"] == {"Name": "of-a-stack"}
    assert before["ParallelismConfiguration"] == {"MaxParallelExecutionSteps": 3}
    assert before["PipelineDefinition"] != after["PipelineDefinition"]
    assert "ResourceNotFound" in refused(sagemaker.describe_pipeline, PipelineName="of-a-stack")


def test_an_execution_outlives_a_restart(tmp_path: Path) -> None:
    """What was under way is run again, and what had ended is still known."""
    with embedded_aws(tmp_path) as aws:
        sagemaker = ready(aws)
        known = run(sagemaker, made(sagemaker, "restarted"))
        late = sagemaker.start_pipeline_execution(PipelineName="restarted")["PipelineExecutionArn"]

    with embedded_aws(tmp_path) as aws:
        sagemaker = client(aws, "sagemaker", DEV)
        assert ended(sagemaker, known["PipelineExecutionArn"])["CreationTime"]
        assert ended(sagemaker, late)["PipelineExecutionStatus"] == "Succeeded"
