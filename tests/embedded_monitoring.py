"""Model Monitor for tests: an endpoint to watch, and definitions and schedules that watch it."""

import contextlib
import time
from collections.abc import Callable
from typing import Any

import embedded_stacks as stacks
from botocore.exceptions import ClientError

KINDS = ["DataQuality", "ModelQuality", "ModelBias", "ModelExplainability"]
IMAGE = "156813124566.dkr.ecr.us-east-1.amazonaws.com/sagemaker-model-monitor-analyzer"
HOURLY = "cron(0 * ? * * *)"


def serve(api: Any) -> None:
    """Make the endpoint `watched`, if it is not there yet."""
    with contextlib.suppress(ClientError):  # another test made it
        api.create_model(ModelName="watched", ExecutionRoleArn=stacks.ROLE)
        variant = {"VariantName": "v", "ModelName": "watched", "InitialInstanceCount": 1}
        variants = [variant | {"InstanceType": "ml.m5.large"}]
        api.create_endpoint_config(EndpointConfigName="watched", ProductionVariants=variants)
        api.create_endpoint(EndpointName="watched", EndpointConfigName="watched")


def definition(kind: str, endpoint: str = "watched", runtime: int = 1800) -> dict[str, Any]:
    """What a job definition of a monitoring type needs at least, as the API and templates say."""
    source = {"EndpointName": endpoint, "LocalPath": "/opt/ml/processing/input"}
    output = {"S3Uri": "s3://assets/reports", "LocalPath": "/opt/ml/processing/output"}
    cluster = {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 20}
    application = {"ImageUri": IMAGE}
    truth = {"GroundTruthS3Input": {"S3Uri": "s3://assets/truth"}}
    if kind == "ModelQuality":
        application["ProblemType"] = "Regression"
    if kind in ("ModelBias", "ModelExplainability"):
        application["ConfigUri"] = "s3://assets/analysis_config.json"
    return {
        f"{kind}AppSpecification": application,
        f"{kind}JobInput": {
            "EndpointInput": source,
            **(truth if kind in ("ModelQuality", "ModelBias") else {}),
        },
        f"{kind}JobOutputConfig": {"MonitoringOutputs": [{"S3Output": output}]},
        "JobResources": {"ClusterConfig": cluster},
        "RoleArn": stacks.ROLE,
        "StoppingCondition": {"MaxRuntimeInSeconds": runtime},
    }


def call(api: Any, verb: str, kind: str) -> Callable[..., dict[str, Any]]:
    """`create_data_quality_job_definition` and its like."""
    words = {"DataQuality": "data_quality", "ModelQuality": "model_quality"}
    words |= {"ModelBias": "model_bias", "ModelExplainability": "model_explainability"}
    plural = "s" if verb == "list" else ""
    method: Callable[..., dict[str, Any]] = getattr(
        api, f"{verb}_{words[kind]}_job_definition{plural}"
    )
    return method


def config(name: str, expression: str = HOURLY, **schedule: str) -> dict[str, Any]:
    """What a schedule of a data-quality definition does when."""
    return {
        "MonitoringJobDefinitionName": name,
        "MonitoringType": "DataQuality",
        "ScheduleConfig": {"ScheduleExpression": expression, **schedule},
    }


def scheduled(sagemaker: Any, name: str) -> dict[str, Any]:
    """The schedule, once it is no longer Pending."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found: dict[str, Any] = sagemaker.describe_monitoring_schedule(MonitoringScheduleName=name)
        if found["MonitoringScheduleStatus"] != "Pending":
            return found
        time.sleep(0.02)
    raise AssertionError(f"{name} stays Pending.")


def watch(sagemaker: Any, name: str, **schedule: str) -> None:
    """Make a definition and a schedule of this name."""
    call(sagemaker, "create", "DataQuality")(JobDefinitionName=name, **definition("DataQuality"))
    sagemaker.create_monitoring_schedule(
        MonitoringScheduleName=name, MonitoringScheduleConfig=config(name, **schedule)
    )
