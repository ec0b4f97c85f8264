"""Job definitions and monitoring schedules: the API, and CloudFormation's types of them."""

import contextlib
import copy
import datetime as dt
import re
import time
from collections.abc import Callable
from typing import Any

import embedded_stacks as stacks
import pytest
from botocore.exceptions import ClientError
from embedded_aws import DEV, client

from mlops_gitops.emulator.lifecycle import Running

KINDS = ["DataQuality", "ModelQuality", "ModelBias", "ModelExplainability"]
IMAGE = "156813124566.dkr.ecr.us-east-1.amazonaws.com/sagemaker-model-monitor-analyzer"
HOURLY = "cron(0 * ? * * *)"


@pytest.fixture
def cloudformation(aws: Running) -> Any:
    """CloudFormation of dev."""
    return client(aws, "cloudformation", DEV)


@pytest.fixture
def sagemaker(aws: Running) -> Any:
    """SageMaker of dev, with an endpoint `watched`."""
    api = client(aws, "sagemaker", DEV)
    with contextlib.suppress(ClientError):  # another test made it
        api.create_model(ModelName="watched", ExecutionRoleArn=stacks.ROLE)
        variant = {"VariantName": "v", "ModelName": "watched", "InitialInstanceCount": 1}
        variants = [variant | {"InstanceType": "ml.m5.large"}]
        api.create_endpoint_config(EndpointConfigName="watched", ProductionVariants=variants)
        api.create_endpoint(EndpointName="watched", EndpointConfigName="watched")
    return api


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
    deadline = time.monotonic() + 5
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


@pytest.mark.parametrize("kind", KINDS)
def test_a_definition_lives(sagemaker: Any, kind: str) -> None:
    """It is made once, told as it was declared, listed, and gone when it is deleted."""
    name = f"lives-{kind.lower()}"
    wanted = definition(kind)

    made = call(sagemaker, "create", kind)(JobDefinitionName=name, **wanted)
    found = call(sagemaker, "describe", kind)(JobDefinitionName=name)
    listed = call(sagemaker, "list", kind)(NameContains="LIVES", EndpointName="watched")

    assert made["JobDefinitionArn"].endswith(f"-job-definition/{name}")
    assert found["JobDefinitionArn"] == made["JobDefinitionArn"]
    assert found["RoleArn"] == stacks.ROLE
    assert wanted[f"{kind}AppSpecification"] == found[f"{kind}AppSpecification"]
    names = [s["MonitoringJobDefinitionName"] for s in listed["JobDefinitionSummaries"]]
    assert names == [name]
    with pytest.raises(sagemaker.exceptions.ResourceInUse, match="already exists"):
        call(sagemaker, "create", kind)(JobDefinitionName=name, **wanted)
    call(sagemaker, "delete", kind)(JobDefinitionName=name)
    for verb in ("describe", "delete"):
        with pytest.raises(sagemaker.exceptions.ResourceNotFound, match="not found"):
            call(sagemaker, verb, kind)(JobDefinitionName=name)


def test_an_endpoint_that_is_not_there_cannot_be_watched(sagemaker: Any) -> None:
    """Definitions and inline schedules name an endpoint that exists, in SageMaker's words."""
    nobody = definition("DataQuality", endpoint="nobody")
    inline = {
        "MonitoringInputs": [{"EndpointInput": nobody["DataQualityJobInput"]["EndpointInput"]}],
        "MonitoringOutputConfig": nobody["DataQualityJobOutputConfig"],
        "MonitoringResources": nobody["JobResources"],
        "MonitoringAppSpecification": nobody["DataQualityAppSpecification"],
        "RoleArn": stacks.ROLE,
    }
    words = "Endpoint 'nobody' does not exist or is not valid"

    with pytest.raises(ClientError, match=words):
        call(sagemaker, "create", "DataQuality")(JobDefinitionName="none", **nobody)
    with pytest.raises(ClientError, match=words):
        sagemaker.create_monitoring_schedule(
            MonitoringScheduleName="none",
            MonitoringScheduleConfig={"MonitoringJobDefinition": inline},
        )


def test_a_schedule_is_pending_and_then_scheduled(sagemaker: Any) -> None:
    """It takes a moment, and meanwhile it cannot be deleted; it has run nothing."""
    watch(sagemaker, "pending")

    first = sagemaker.describe_monitoring_schedule(MonitoringScheduleName="pending")
    with pytest.raises(ClientError, match="Monitoring schedule in status Pending"):
        sagemaker.delete_monitoring_schedule(MonitoringScheduleName="pending")

    assert first["MonitoringScheduleStatus"] == "Pending"
    found = scheduled(sagemaker, "pending")
    assert found["MonitoringScheduleStatus"] == "Scheduled"
    assert (found["EndpointName"], found["MonitoringType"]) == ("watched", "DataQuality")
    ran = sagemaker.list_monitoring_executions(MonitoringScheduleName="pending")
    assert ran["MonitoringExecutionSummaries"] == []


def test_a_schedule_is_stopped_started_updated_and_deleted(sagemaker: Any) -> None:
    """Stopping lasts over an update; a definition in use cannot be deleted, an unused one can."""
    watch(sagemaker, "busy")
    scheduled(sagemaker, "busy")
    daily = config("busy", "cron(0 12 ? * * *)")

    sagemaker.stop_monitoring_schedule(MonitoringScheduleName="busy")
    sagemaker.update_monitoring_schedule(
        MonitoringScheduleName="busy", MonitoringScheduleConfig=daily
    )
    stopped = scheduled(sagemaker, "busy")
    sagemaker.start_monitoring_schedule(MonitoringScheduleName="busy")

    assert stopped["MonitoringScheduleStatus"] == "Stopped"
    assert stopped["MonitoringScheduleConfig"] == daily
    assert scheduled(sagemaker, "busy")["MonitoringScheduleStatus"] == "Scheduled"
    delete = call(sagemaker, "delete", "DataQuality")
    with pytest.raises(ClientError, match="is in use by monitoring schedule busy"):
        delete(JobDefinitionName="busy")
    sagemaker.delete_monitoring_schedule(MonitoringScheduleName="busy")
    delete(JobDefinitionName="busy")
    with pytest.raises(sagemaker.exceptions.ResourceNotFound, match="monitoring-schedule/busy"):
        sagemaker.describe_monitoring_schedule(MonitoringScheduleName="busy")


@pytest.mark.parametrize(
    "expression",
    [HOURLY, "cron(0 0 ? * * *)", "cron(0 23 ? * * *)", "cron(0 17/12 ? * * *)"],
)
def test_a_schedule_takes_the_documented_expressions(sagemaker: Any, expression: str) -> None:
    """Hourly, daily at an hour, every so many hours."""
    name = "takes-" + re.sub(r"\W+", "-", expression).strip("-")
    watch(sagemaker, name, expression=expression)

    found = sagemaker.describe_monitoring_schedule(MonitoringScheduleName=name)
    assert found["MonitoringScheduleConfig"]["ScheduleConfig"]["ScheduleExpression"] == expression


@pytest.mark.parametrize(
    ("schedule", "complaint"),
    [
        ({"expression": "rate(1 hour)"}, r"Invalid schedule expression 'rate\(1 hour\)'"),
        ({"expression": "cron(5 * ? * * *)"}, "Invalid schedule expression"),
        ({"expression": "cron(0 24 ? * * *)"}, "Invalid schedule expression"),
        ({"expression": "cron(0 0/25 ? * * *)"}, "Invalid schedule expression"),
        ({"expression": "NOW"}, "DataAnalysisStartTime is required"),
        ({"expression": "NOW", "DataAnalysisStartTime": "-PT1H"}, "DataAnalysisEndTime is req"),
    ],
)
def test_a_schedule_refuses_what_is_not_documented(
    sagemaker: Any, schedule: dict[str, str], complaint: str
) -> None:
    """Minutes, rates, hours that no day has, and NOW without a window."""
    with contextlib.suppress(sagemaker.exceptions.ResourceInUse):
        call(sagemaker, "create", "DataQuality")(
            JobDefinitionName="refused", **definition("DataQuality")
        )

    with pytest.raises(ClientError, match=complaint):
        sagemaker.create_monitoring_schedule(
            MonitoringScheduleName="refused",
            MonitoringScheduleConfig=config("refused", **schedule),
        )


def test_a_job_ends_before_the_next_one_starts(sagemaker: Any) -> None:
    """An hourly model-quality job may take half an hour, an hourly data-quality job an hour."""
    for kind in ("DataQuality", "ModelQuality"):
        call(sagemaker, "create", kind)(JobDefinitionName="long", **definition(kind, runtime=3600))
    hourly = config("long")

    sagemaker.create_monitoring_schedule(
        MonitoringScheduleName="long", MonitoringScheduleConfig=hourly
    )
    with pytest.raises(ClientError, match="exceeds 1800"):
        sagemaker.create_monitoring_schedule(
            MonitoringScheduleName="long-quality",
            MonitoringScheduleConfig={**hourly, "MonitoringType": "ModelQuality"},
        )


def test_a_schedule_needs_a_definition_of_its_type(sagemaker: Any) -> None:
    """Neither a missing definition nor one of another type will do, nor none at all."""
    call(sagemaker, "create", "DataQuality")(JobDefinitionName="typed", **definition("DataQuality"))
    right = config("typed")
    wrong = {
        "Job Definition .*model-bias-job-definition/typed not found": {
            **right,
            "MonitoringType": "ModelBias",
        },
        "MonitoringType is required": {"MonitoringJobDefinitionName": "typed"},
        "Exactly one of MonitoringJobDefinition or": {"MonitoringType": "DataQuality"},
    }

    for complaint, asked in wrong.items():
        with pytest.raises(ClientError, match=complaint):
            sagemaker.create_monitoring_schedule(
                MonitoringScheduleName="typed", MonitoringScheduleConfig=asked
            )


def test_schedules_are_listed_in_pages(sagemaker: Any) -> None:
    """Filters, order and pages are SageMaker's; a token that nobody gave is refused."""
    call(sagemaker, "create", "DataQuality")(JobDefinitionName="paged", **definition("DataQuality"))
    for name in ("paged-b", "paged-a", "paged-c"):
        sagemaker.create_monitoring_schedule(
            MonitoringScheduleName=name, MonitoringScheduleConfig=config("paged")
        )
    asked = {"NameContains": "paged", "SortBy": "Name", "SortOrder": "Ascending", "MaxResults": 2}

    pages = list(sagemaker.get_paginator("list_monitoring_schedules").paginate(**asked))

    found = [[s["MonitoringScheduleName"] for s in p["MonitoringScheduleSummaries"]] for p in pages]
    assert found == [["paged-a", "paged-b"], ["paged-c"]]
    newest = sagemaker.list_monitoring_schedules(MonitoringJobDefinitionName="paged", MaxResults=1)
    assert newest["MonitoringScheduleSummaries"][0]["MonitoringScheduleName"] == "paged-c"
    made = newest["MonitoringScheduleSummaries"][0]["CreationTime"]
    later = made + dt.timedelta(seconds=1)
    none = sagemaker.list_monitoring_schedules(NameContains="paged", CreationTimeAfter=later)
    assert none["MonitoringScheduleSummaries"] == []
    with pytest.raises(ClientError, match="pagination token"):
        sagemaker.list_monitoring_schedules(NextToken="nobody")


def template(kind: str, name: str, expression: str = HOURLY) -> dict[str, Any]:
    """A template of a definition without a name, and a schedule with one."""
    return {
        "Parameters": {"Runtime": {"Type": "Number", "Default": 1800}},
        "Resources": {
            "Definition": {
                "Type": f"AWS::SageMaker::{kind}JobDefinition",
                "Properties": definition(kind)
                | {"StoppingCondition": {"MaxRuntimeInSeconds": {"Ref": "Runtime"}}},
            },
            "Schedule": {
                "Type": "AWS::SageMaker::MonitoringSchedule",
                "Properties": {
                    "MonitoringScheduleName": name,
                    "MonitoringScheduleConfig": {
                        "MonitoringType": kind,
                        "MonitoringJobDefinitionName": {
                            "Fn::GetAtt": ["Definition", "JobDefinitionName"]
                        },
                        "ScheduleConfig": {"ScheduleExpression": expression},
                    },
                },
            },
        },
        "Outputs": {
            "Ref": {"Value": {"Ref": "Definition"}},
            "Arn": {"Value": {"Fn::GetAtt": ["Definition", "JobDefinitionArn"]}},
            "Schedule": {"Value": {"Ref": "Schedule"}},
            "ScheduleArn": {"Value": {"Fn::GetAtt": ["Schedule", "MonitoringScheduleArn"]}},
        },
    }


@pytest.mark.parametrize("kind", KINDS)
def test_a_stack_watches_an_endpoint(cloudformation: Any, sagemaker: Any, kind: str) -> None:
    """A created stack has a schedule that is Scheduled; deleted, it leaves nothing."""
    name = f"stack-{kind.lower()}"
    stack = stacks.create(cloudformation, name, template(kind, name))

    assert stack["StackStatus"] == "CREATE_COMPLETE"
    out = stack["out"]
    assert out["Ref"] == out["Arn"]
    assert out["Schedule"] == out["ScheduleArn"]
    found = sagemaker.describe_monitoring_schedule(MonitoringScheduleName=name)
    assert found["MonitoringScheduleStatus"] == "Scheduled"
    assert drifts(cloudformation, name) == {"Definition": "IN_SYNC", "Schedule": "IN_SYNC"}
    stacks.delete(cloudformation, name)
    assert (
        sagemaker.list_monitoring_schedules(NameContains=name)["MonitoringScheduleSummaries"] == []
    )
    left = call(sagemaker, "list", kind)(NameContains=name)["JobDefinitionSummaries"]
    assert left == []


def test_a_changed_definition_is_replaced_behind_its_schedule(
    cloudformation: Any, sagemaker: Any
) -> None:
    """A definition never changes; the schedule moves to the new one and the old one goes."""
    body = template("DataQuality", "replaced-definition")
    before = stacks.create(cloudformation, "replaced-definition", body)["out"]

    said = stacks.change_set(cloudformation, "replaced-definition", body, Runtime="1200")
    after = stacks.update(cloudformation, "replaced-definition", body, Runtime="1200")

    assert said["Definition"]["Replacement"] == "True"
    assert said["Schedule"]["Replacement"] == "False"
    assert after["StackStatus"] == "UPDATE_COMPLETE"
    assert after["out"]["Schedule"] == before["Schedule"]
    name = after["out"]["Ref"].rsplit("/", 1)[-1]
    found = sagemaker.describe_monitoring_schedule(MonitoringScheduleName="replaced-definition")
    assert found["MonitoringScheduleConfig"]["MonitoringJobDefinitionName"] == name
    old = before["Ref"].rsplit("/", 1)[-1]
    with pytest.raises(sagemaker.exceptions.ResourceNotFound):
        call(sagemaker, "describe", "DataQuality")(JobDefinitionName=old)


def test_a_schedule_changes_in_place_and_drifts(cloudformation: Any, sagemaker: Any) -> None:
    """Another hour is no replacement; an hour changed by hand is drift."""
    body = template("DataQuality", "drifting-schedule")
    stacks.create(cloudformation, "drifting-schedule", body)
    daily = template("DataQuality", "drifting-schedule", "cron(0 3 ? * * *)")

    said = stacks.change_set(cloudformation, "drifting-schedule", daily)
    stacks.update(cloudformation, "drifting-schedule", daily)

    assert {key: change["Replacement"] for key, change in said.items()} == {"Schedule": "False"}
    found = scheduled(sagemaker, "drifting-schedule")
    wanted = copy.deepcopy(found["MonitoringScheduleConfig"])
    assert wanted["ScheduleConfig"] == {"ScheduleExpression": "cron(0 3 ? * * *)"}
    wanted["ScheduleConfig"]["ScheduleExpression"] = "cron(0 4 ? * * *)"
    sagemaker.update_monitoring_schedule(
        MonitoringScheduleName="drifting-schedule", MonitoringScheduleConfig=wanted
    )
    assert drifts(cloudformation, "drifting-schedule")["Schedule"] == "MODIFIED"


def test_a_schedule_is_imported(cloudformation: Any, sagemaker: Any) -> None:
    """A schedule and a definition that were made by hand become a stack's, by their ARNs."""
    watch(sagemaker, "imported")
    arn = scheduled(sagemaker, "imported")["MonitoringScheduleArn"]
    described = call(sagemaker, "describe", "DataQuality")(JobDefinitionName="imported")
    body = template("DataQuality", "imported")
    for resource in body["Resources"].values():
        resource["DeletionPolicy"] = "Retain"
    body["Resources"]["Definition"]["Properties"]["JobDefinitionName"] = "imported"
    wanted = [
        {
            "ResourceType": body["Resources"][name]["Type"],
            "LogicalResourceId": name,
            "ResourceIdentifier": identifier,
        }
        for name, identifier in {
            "Definition": {"JobDefinitionArn": described["JobDefinitionArn"]},
            "Schedule": {"MonitoringScheduleArn": arn},
        }.items()
    ]
    del body["Outputs"]

    stack = stacks.imported(cloudformation, "imported-schedule", body, wanted)

    assert stack["StackStatus"] == "IMPORT_COMPLETE"


def test_a_stack_whose_endpoint_is_missing_rolls_back(cloudformation: Any) -> None:
    """SageMaker's words are the reason, and nothing is left."""
    body = template("ModelBias", "without-endpoint")
    inputs = body["Resources"]["Definition"]["Properties"]["ModelBiasJobInput"]
    inputs["EndpointInput"]["EndpointName"] = "nobody"

    stack = stacks.create(cloudformation, "without-endpoint", body)

    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    resource, reason = stacks.first_failure(cloudformation, "without-endpoint")
    assert resource == "Definition"
    assert "Endpoint 'nobody' does not exist or is not valid" in reason


def drifts(cloudformation: Any, name: str) -> dict[str, str]:
    """What drift detection says of each resource."""
    found = {}
    for resource in ("Definition", "Schedule"):
        answer = cloudformation.detect_stack_resource_drift(
            StackName=name, LogicalResourceId=resource
        )
        found[resource] = answer["StackResourceDrift"]["StackResourceDriftStatus"]
    return found
