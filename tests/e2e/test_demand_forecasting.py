"""The demand forecast of the examples, all its parts, is delivered through the three stages."""

import contextlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from builders import ACCOUNTS, BUCKET
from e2e.test_every_type import promote
from e2e.user import User

EXAMPLE = Path(__file__).parents[2] / "config-examples" / "good" / "demand-forecasting"
SALES = (
    b"lamp-1,2026-01-05,lamps,north,19.9,1,12\n"
    b"lamp-1,2026-01-12,lamps,north,19.9,2,31\n"
    b"chair-4,2026-02-02,chairs,south,89.0,1,4\n"
)
STACK = "mlops-pipeline-demand-demanddata"
BATCH = "mlops-pipeline-demand-byompipelinebatchbuiltin"

pytestmark = pytest.mark.slow


@pytest.fixture
def owner(user: User) -> User:
    """Somebody with the example's repository, whose data and artifacts are where it says."""
    shutil.copytree(EXAMPLE, user.folder, dirs_exist_ok=True)
    for stage, account in ACCOUNTS.items():
        s3, bucket = user.aws("s3", account), f"acme-demand-{stage}"
        with contextlib.suppress(s3.exceptions.ClientError):
            s3.create_bucket(Bucket=bucket)
        s3.put_object(Bucket=bucket, Key="clean/part-0.csv", Body=SALES)
        s3.put_object(Bucket=bucket, Key="new-products/march.csv", Body=b"7,8,19.9,1\n")
    assets = user.aws("s3")
    script = (EXAMPLE / "features" / "etl.py").read_bytes()
    baseline = b"sold,category\n12,7\n"
    for key, body in (("etl.py", script), ("model.tar.gz", b"model"), ("baseline.csv", baseline)):
        assets.put_object(Bucket=BUCKET, Key=f"demand/{key}", Body=body)
    return user


def deliver(owner: User) -> str:
    """Commit what is in the folder, and let it through all gates; give the last status."""
    owner.git("add", "-A")
    owner.git("commit", "-qm", "a change")
    return promote(owner)


def test_the_demand_forecast_reaches_prod(owner: User) -> None:
    """All five workloads run what git says in every stage; a second apply does nothing."""
    monitor = owner.folder / "drift" / "mlops-config.json"
    later = monitor.read_bytes()
    monitor.unlink()  # a monitor needs its endpoint
    assert owner.did("validate") == ""
    assert deliver(owner).count("All stages run what git says.") == 4
    monitor.write_bytes(later)

    shown = deliver(owner)

    assert shown.count("All stages run what git says.") == 5, shown
    assert owner.did("apply").count("unchanged") >= 5
    for stage in ACCOUNTS:
        holds_data(owner, stage)
        holds_models(owner, stage)
        holds_operations(owner, stage)


def holds_data(owner: User, stage: str) -> None:
    """Glue job with its trigger and the approved script, and the feature group."""
    glue, sagemaker = (owner.aws(name, ACCOUNTS[stage]) for name in ("glue", "sagemaker"))
    job = glue.get_job(JobName=f"{STACK}-{stage}-etl")["Job"]
    trigger = glue.get_trigger(Name=f"{STACK}-{stage}-etl")["Trigger"]
    group = sagemaker.describe_feature_group(FeatureGroupName=f"{STACK}-{stage}")
    key = job["Command"]["ScriptLocation"].removeprefix(f"s3://{BUCKET}/")

    assert b"foreachPartition" in owner.aws("s3").get_object(Bucket=BUCKET, Key=key)["Body"].read()
    assert key != "demand/etl.py"
    assert job["DefaultArguments"]["--target"] == f"s3://acme-demand-{stage}/clean/"
    assert job["DefaultArguments"]["--feature_group"] == group["FeatureGroupName"]
    assert trigger["Actions"] == [{"JobName": job["Name"]}]
    assert group["FeatureGroupStatus"] == "Created"
    assert len(group["FeatureDefinitions"]) == 7


def holds_models(owner: User, stage: str) -> None:
    """The pipeline ran where it is told to, forecasts were made, and the endpoint serves."""
    sagemaker = owner.aws("sagemaker", ACCOUNTS[stage])
    pipeline = f"mlops-pipeline-demand-sagemakerpipeline-{stage}"
    runs = sagemaker.list_pipeline_executions(PipelineName=pipeline)["PipelineExecutionSummaries"]
    versions = sagemaker.list_model_packages(ModelPackageGroupName="demand")
    jobs = sagemaker.list_transform_jobs(NameContains="demand-")["TransformJobSummaries"]
    expected = 0 if stage == "prod" else 1

    assert [run["PipelineExecutionStatus"] for run in runs] == ["Succeeded"] * expected
    assert len(versions["ModelPackageSummaryList"]) == expected
    assert {job["TransformJobStatus"] for job in jobs} == {"Completed"}
    assert sagemaker.describe_endpoint(EndpointName=f"demand-{stage}")["EndpointStatus"] == (
        "InService"
    )


def holds_operations(owner: User, stage: str) -> None:
    """Alarms, a monitor on schedule, logs that go to S3, and an API that orders forecasts."""
    sagemaker, alarms, logs, firehose, states, api = (
        owner.aws(name, ACCOUNTS[stage])
        for name in ("sagemaker", "cloudwatch", "logs", "firehose", "stepfunctions", "apigateway")
    )
    found = alarms.describe_alarms(AlarmNamePrefix=f"{STACK}-{stage}")["MetricAlarms"]
    (schedule,) = sagemaker.list_monitoring_schedules(EndpointName=f"demand-{stage}")[
        "MonitoringScheduleSummaries"
    ]
    (sent,) = logs.describe_subscription_filters(logGroupName=f"{STACK}-{stage}-etl")[
        "subscriptionFilters"
    ]
    stream = firehose.describe_delivery_stream(DeliveryStreamName=f"{STACK}-{stage}")
    (kept,) = stream["DeliveryStreamDescription"]["Destinations"]
    ordered = order_of(api, f"{STACK}-{stage}-forecasts")
    machine = states.describe_state_machine(stateMachineArn=ordered["stateMachineArn"])

    assert {each["AlarmName"].rpartition("-")[2] for each in found} == {"errors", "latency", "etl"}
    assert schedule["MonitoringScheduleStatus"] == "Scheduled"
    destination = kept["ExtendedS3DestinationDescription"]
    assert sent["destinationArn"].endswith(f"deliverystream/{STACK}-{stage}")
    assert destination["BucketARN"] == f"arn:aws:s3:::acme-demand-{stage}"
    assert (machine["name"], machine["status"]) == (f"{BATCH}-{stage}", "ACTIVE")
    assert json.loads(ordered["input"]) == {"reason": "order"}


def order_of(api: Any, name: str) -> dict[str, Any]:
    """Read what the API's one method asks Step Functions for."""
    (found,) = [
        each["id"] for each in api.get_rest_apis(limit=500)["items"] if each["name"] == name
    ]
    (resource,) = [
        each["id"]
        for each in api.get_resources(restApiId=found)["items"]
        if each["path"] == "/forecasts"
    ]
    method = api.get_method(restApiId=found, resourceId=resource, httpMethod="POST")
    asked: dict[str, Any] = json.loads(
        method["methodIntegration"]["requestTemplates"]["application/json"]
    )
    return asked
