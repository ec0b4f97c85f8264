"""Requests for SageMaker's jobs, on a bucket and as a role of the development account."""

import json
import time
from typing import Any

from embedded_aws import DEV, client

from mlops_gitops.emulator.lifecycle import Running

BUCKET = "jobs-data"
OUTPUT = f"s3://{BUCKET}/output"
NOWHERE = "s3://jobs-data/nothing-here/"
ROLE = f"arn:aws:iam::{DEV}:role/jobs"
STATUS = {
    "training_job": "TrainingJob",
    "hyper_parameter_tuning_job": "HyperParameterTuningJob",
    "transform_job": "TransformJob",
    "processing_job": "ProcessingJob",
    "auto_ml_job_v2": "AutoMLJob",
}
"""What the members of each kind begin with, by boto3's name of it."""


def prepare(aws: Running) -> None:
    """Make the roles, the bucket with its data, and the model that the requests name."""
    for name, service in (
        ("jobs", "sagemaker.amazonaws.com"),
        ("machine", "states.amazonaws.com"),
        ("closed", "ec2.amazonaws.com"),
    ):
        trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        client(aws, "iam", DEV).create_role(
            RoleName=name, AssumeRolePolicyDocument=json.dumps({"Statement": [trust]})
        )
    s3 = client(aws, "s3", DEV)
    s3.create_bucket(Bucket=BUCKET)
    for key in ("train/a.csv", "train/deep/b.csv", "train/deep/"):
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"1,2\n")
    client(aws, "sagemaker", DEV).create_model(ModelName="jobs-model", ExecutionRoleArn=ROLE)


def channel(uri: str) -> dict[str, Any]:
    """A training channel."""
    return {
        "ChannelName": "train",
        "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": uri}},
    }


def training(name: str, uri: str = f"s3://{BUCKET}/train/", output: str = OUTPUT) -> dict[str, Any]:
    """A CreateTrainingJob request."""
    return {
        "TrainingJobName": name,
        "AlgorithmSpecification": {"TrainingImage": "image", "TrainingInputMode": "File"},
        "RoleArn": ROLE,
        "InputDataConfig": [channel(uri)],
        "OutputDataConfig": {"S3OutputPath": output},
        "ResourceConfig": {
            "InstanceType": "ml.m5.large",
            "InstanceCount": 1,
            "VolumeSizeInGB": 1,
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
    }


def tuning(name: str, uri: str = f"s3://{BUCKET}/train/") -> dict[str, Any]:
    """A CreateHyperParameterTuningJob request."""
    definition = training("unused", uri)
    del definition["TrainingJobName"]
    return {
        "HyperParameterTuningJobName": name,
        "HyperParameterTuningJobConfig": {
            "Strategy": "Bayesian",
            "HyperParameterTuningJobObjective": {
                "Type": "Minimize",
                "MetricName": "validation:rmse",
            },
            "ResourceLimits": {"MaxNumberOfTrainingJobs": 9, "MaxParallelTrainingJobs": 3},
            "ParameterRanges": {
                "ContinuousParameterRanges": [{"Name": "eta", "MinValue": "0", "MaxValue": "1"}],
                "CategoricalParameterRanges": [{"Name": "kind", "Values": ["tree", "line"]}],
            },
        },
        "TrainingJobDefinition": {**definition, "StaticHyperParameters": {"rounds": "5"}},
    }


def transform(name: str, uri: str = f"s3://{BUCKET}/train/") -> dict[str, Any]:
    """A CreateTransformJob request."""
    return {
        "TransformJobName": name,
        "ModelName": "jobs-model",
        "TransformInput": {
            "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": uri}}
        },
        "TransformOutput": {"S3OutputPath": f"{OUTPUT}/{name}/"},
        "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
    }


def processing(
    name: str, uri: str = f"s3://{BUCKET}/train/", image: str = "image"
) -> dict[str, Any]:
    """A CreateProcessingJob request."""
    place = {"LocalPath": "/opt/ml/processing/x"}
    return {
        "ProcessingJobName": name,
        "RoleArn": ROLE,
        "AppSpecification": {"ImageUri": image},
        "ProcessingInputs": [
            {
                "InputName": "data",
                "S3Input": {"S3Uri": uri, "S3DataType": "S3Prefix", "S3InputMode": "File", **place},
            }
        ],
        "ProcessingOutputConfig": {
            "Outputs": [
                {
                    "OutputName": "result",
                    "S3Output": {
                        "S3Uri": f"{OUTPUT}/{name}",
                        "S3UploadMode": "EndOfJob",
                        **place,
                    },
                }
            ]
        },
        "ProcessingResources": {
            "ClusterConfig": {
                "InstanceCount": 1,
                "InstanceType": "ml.m5.large",
                "VolumeSizeInGB": 1,
            }
        },
    }


def automl(name: str, uri: str = f"s3://{BUCKET}/train/") -> dict[str, Any]:
    """A CreateAutoMLJobV2 request."""
    source = {"S3DataType": "S3Prefix", "S3Uri": uri}
    return {
        "AutoMLJobName": name,
        "AutoMLJobInputDataConfig": [
            {"ChannelType": "training", "DataSource": {"S3DataSource": source}}
        ],
        "OutputDataConfig": {"S3OutputPath": OUTPUT},
        "AutoMLProblemTypeConfig": {"TabularJobConfig": {"TargetAttributeName": "y"}},
        "AutoMLJobObjective": {"MetricName": "F1"},
        "RoleArn": ROLE,
    }


REQUESTS = {
    "training_job": training,
    "hyper_parameter_tuning_job": tuning,
    "transform_job": transform,
    "processing_job": processing,
    "auto_ml_job_v2": automl,
}


def name_of(kind: str, name: str) -> dict[str, str]:
    """How a request names a job."""
    return {f"{STATUS[kind]}Name": name}


def ended(aws: Running, kind: str, name: str, account: str = DEV) -> dict[str, Any]:
    """The description of a job that is no longer under way."""
    sagemaker = client(aws, "sagemaker", account)
    for _ in range(1200):
        told = getattr(sagemaker, f"describe_{kind}")(**name_of(kind, name))
        if told[f"{STATUS[kind]}Status"] not in ("InProgress", "Stopping"):
            break
        time.sleep(0.05)
    return dict(told)
