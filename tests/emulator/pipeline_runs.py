"""A pipeline that counts rows, and what tests do with its executions."""

import json
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError
from embedded_aws import DEV, client
from emulator.job_requests import BUCKET, ROLE

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
    """SageMaker of dev, with code and rows in its bucket, which is there."""
    s3 = client(aws, "s3", DEV)
    s3.put_object(Bucket=BUCKET, Key="code/count.py", Body=SCRIPT.encode())
    s3.put_object(Bucket=BUCKET, Key="rows/a.txt", Body=b"1\n2\n3\n")
    return client(aws, "sagemaker", DEV)


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
