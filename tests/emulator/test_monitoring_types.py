"""CloudFormation's types of Model Monitor: job definitions and schedules, in stacks."""

import copy
from typing import Any

import embedded_stacks as stacks
import pytest
from embedded_aws import DEV, client
from embedded_monitoring import HOURLY, KINDS, call, definition, scheduled, serve, watch

from mlops_gitops.emulator.lifecycle import Running


@pytest.fixture
def cloudformation(aws: Running) -> Any:
    """CloudFormation of dev."""
    return client(aws, "cloudformation", DEV)


@pytest.fixture
def sagemaker(aws: Running) -> Any:
    """SageMaker of dev, with an endpoint `watched`."""
    api = client(aws, "sagemaker", DEV)
    serve(api)
    return api


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
