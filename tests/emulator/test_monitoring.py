"""Job definitions and monitoring schedules, as SageMaker's API answers."""

import contextlib
import datetime as dt
import re
from typing import Any

import embedded_stacks as stacks
import pytest
from botocore.exceptions import ClientError
from embedded_aws import DEV, client
from embedded_monitoring import HOURLY, KINDS, call, config, definition, scheduled, serve, watch
from emulator.moments import seen_in_time

from mlops_gitops.emulator.lifecycle import Running


@pytest.fixture
def sagemaker(aws: Running) -> Any:
    """SageMaker of dev, with an endpoint `watched`."""
    api = client(aws, "sagemaker", DEV)
    serve(api)
    return api


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

    def refused(number: int) -> tuple[str, str, str] | None:
        name = f"pending-{number}"
        watch(sagemaker, name)
        first = sagemaker.describe_monitoring_schedule(MonitoringScheduleName=name)
        try:
            sagemaker.delete_monitoring_schedule(MonitoringScheduleName=name)
        except ClientError as error:
            return name, first["MonitoringScheduleStatus"], error.response["Error"]["Message"]
        return None

    name, first, why = seen_in_time(refused)

    assert first == "Pending"
    assert "Monitoring schedule in status Pending" in why
    found = scheduled(sagemaker, name)
    assert found["MonitoringScheduleStatus"] == "Scheduled"
    assert (found["EndpointName"], found["MonitoringType"]) == ("watched", "DataQuality")
    ran = sagemaker.list_monitoring_executions(MonitoringScheduleName=name)
    assert ran["MonitoringExecutionSummaries"] == []


def test_a_schedule_is_stopped_started_updated_and_deleted(sagemaker: Any) -> None:
    """Stopping lasts over an update; a definition in use cannot be deleted, an unused one can."""
    watch(sagemaker, "busy")
    scheduled(sagemaker, "busy")
    daily = config("busy", "cron(0 12 ? * * *)")

    sagemaker.stop_monitoring_schedule(MonitoringScheduleName="busy")
    scheduled(sagemaker, "busy")
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
