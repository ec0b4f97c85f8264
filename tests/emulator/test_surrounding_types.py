"""CloudFormation's types of what stands around our workloads: alarm, rule, build, images, topic."""

import copy
import json
from typing import Any

import embedded_stacks as stacks
import pytest
from embedded_aws import DEV, client

from mlops_gitops.emulator.codepipeline.clients import Clients
from mlops_gitops.emulator.lifecycle import Running
from mlops_gitops.emulator.replacement import CREATE_ONLY
from mlops_gitops.emulator.services import better_types

ROLE = "arn:aws:iam::222222222222:role/r"
STATEMENT = {
    "Effect": "Allow",
    "Principal": {"Service": "cloudwatch.amazonaws.com"},
    "Action": "sns:Publish",
    "Resource": {"Ref": "Topic"},
}
TEMPLATE: dict[str, Any] = {
    "Resources": {
        "Topic": {"Type": "AWS::SNS::Topic"},
        "TopicPolicy": {
            "Type": "AWS::SNS::TopicPolicy",
            "Properties": {
                "Topics": [{"Ref": "Topic"}],
                "PolicyDocument": {"Version": "2012-10-17", "Statement": [STATEMENT]},
            },
        },
        "Alarm": {
            "Type": "AWS::CloudWatch::Alarm",
            "Properties": {
                "Namespace": "AWS/States",
                "MetricName": "ExecutionsFailed",
                "Statistic": "Sum",
                "Period": 300,
                "EvaluationPeriods": 1,
                "Threshold": 1,
                "ComparisonOperator": "GreaterThanOrEqualToThreshold",
                "AlarmActions": [{"Ref": "Topic"}],
            },
        },
        "Rule": {
            "Type": "AWS::Events::Rule",
            "Properties": {
                "EventPattern": {"source": ["aws.sagemaker"]},
                "Targets": [{"Id": "topic", "Arn": {"Ref": "Topic"}}],
            },
        },
        "Build": {
            "Type": "AWS::CodeBuild::Project",
            "Properties": {
                "ServiceRole": ROLE,
                "Artifacts": {"Type": "NO_ARTIFACTS"},
                "TimeoutInMinutes": 120,
                "Environment": {
                    "Type": "LINUX_CONTAINER",
                    "Image": "aws/codebuild/standard:7.0",
                    "ComputeType": "BUILD_GENERAL1_SMALL",
                    "PrivilegedMode": True,
                },
                "Source": {"Type": "S3", "Location": "b/k.zip", "BuildSpec": "version: 0.2"},
            },
        },
        "Repository": {
            "Type": "AWS::ECR::Repository",
            "DeletionPolicy": "Retain",
            "UpdateReplacePolicy": "Retain",
            "Properties": {
                "RepositoryName": "around-images",
                "ImageScanningConfiguration": {"ScanOnPush": True},
            },
        },
    },
    "Outputs": {name: {"Value": {"Ref": name}} for name in ("Topic", "Alarm", "Rule", "Build")}
    | {"Uri": {"Value": {"Fn::GetAtt": ["Repository", "RepositoryUri"]}}},
}


@pytest.fixture
def cloudformation(aws: Running) -> Any:
    """CloudFormation of dev."""
    return client(aws, "cloudformation", DEV)


def registry(resource_type: str) -> dict[str, Any]:
    """What CloudFormation's registry says of a type."""
    from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

    found = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", resource_type)
    return dict(found.schema)


@pytest.mark.parametrize("resource_type", CREATE_ONLY)
def test_replacement_facts_are_the_registrys(resource_type: str) -> None:
    """What we tell ministack of its own types is what CloudFormation's schemas say."""
    wanted = {f"/properties/{name}" for name in CREATE_ONLY[resource_type]}

    assert wanted == set(registry(resource_type).get("createOnlyProperties", ()))


def test_lifecycle_facts_are_the_registrys() -> None:
    """Create-only properties, names and tags of the types that we put in ministack's place."""
    for kind in better_types(Clients("http://127.0.0.1:1")):
        schema = registry(kind.type_name)
        wanted = {f"/properties/{name}" for name in kind.create_only}
        assert wanted == set(schema["createOnlyProperties"])
        assert kind.name_property in schema["properties"]
        assert kind.takes_tags == ("Tags" in schema["properties"])


def test_what_stands_around_lives(aws: Running, cloudformation: Any) -> None:
    """Each is made, changed in place with a verdict to match, and removed; images stay."""
    template = copy.deepcopy(TEMPLATE)
    out = stacks.create(cloudformation, "around", template)["out"]
    changed = copy.deepcopy(template)
    wanted = {
        name: kind["Properties"] for name, kind in changed["Resources"].items() if name != "Topic"
    }
    wanted["TopicPolicy"]["PolicyDocument"]["Statement"][0]["Sid"] = "Alarms"
    wanted["Alarm"]["Threshold"] = 5
    del wanted["Alarm"]["AlarmActions"]
    wanted["Rule"]["State"] = "DISABLED"
    wanted["Build"]["Environment"]["Image"] = "aws/codebuild/standard:8.0"
    wanted["Repository"]["ImageScanningConfiguration"]["ScanOnPush"] = False

    said = stacks.change_set(cloudformation, "around", changed)
    after = stacks.update(cloudformation, "around", changed)

    assert {name: change["Replacement"] for name, change in said.items()} == dict.fromkeys(
        wanted, "False"
    )
    assert after["StackStatus"] == "UPDATE_COMPLETE"
    assert after["out"] == out
    assert out["Uri"] == "222222222222.dkr.ecr.us-east-1.amazonaws.com/around-images"
    attributes = client(aws, "sns", DEV).get_topic_attributes(TopicArn=out["Topic"])["Attributes"]
    assert json.loads(attributes["Policy"])["Statement"][0]["Sid"] == "Alarms"
    alarms = client(aws, "cloudwatch", DEV)
    alarm = alarms.describe_alarms(AlarmNames=[out["Alarm"]])["MetricAlarms"][0]
    assert (alarm["Threshold"], alarm["AlarmActions"]) == (5, [])
    events = client(aws, "events", DEV)
    assert events.describe_rule(Name=out["Rule"])["State"] == "DISABLED"
    build = client(aws, "codebuild", DEV)
    project = build.batch_get_projects(names=[out["Build"]])["projects"][0]
    assert project["environment"]["image"] == "aws/codebuild/standard:8.0"
    assert project["environment"]["privilegedMode"] is True
    ecr = client(aws, "ecr", DEV)
    kept = {"repositoryNames": ["around-images"]}
    images = ecr.describe_repositories(**kept)["repositories"][0]
    assert images["imageScanningConfiguration"] == {"scanOnPush": False}

    stacks.delete(cloudformation, "around")

    assert alarms.describe_alarms(AlarmNames=[out["Alarm"]])["MetricAlarms"] == []
    assert events.list_rules(NamePrefix=out["Rule"])["Rules"] == []
    assert out["Build"] not in build.list_projects()["projects"]
    assert len(ecr.describe_repositories(**kept)["repositories"]) == 1


def test_what_stands_around_is_replaced_by_its_name(cloudformation: Any) -> None:
    """Only a new name replaces; what refers to it follows."""
    template = copy.deepcopy(TEMPLATE)
    template["Resources"]["Repository"]["Properties"]["RepositoryName"] = "renamed-images"
    before = stacks.create(cloudformation, "around-renamed", template)["out"]
    renamed = copy.deepcopy(template)
    names = {"Alarm": "AlarmName", "Rule": "Name", "Build": "Name"}
    for resource, name in names.items():
        renamed["Resources"][resource]["Properties"][name] = f"renamed-{resource}"

    said = stacks.change_set(cloudformation, "around-renamed", renamed)
    after = stacks.update(cloudformation, "around-renamed", renamed)["out"]

    assert {key: change["Replacement"] for key, change in said.items()} == dict.fromkeys(
        names, "True"
    )
    assert {key: after[key] for key in names} == {key: f"renamed-{key}" for key in names}
    assert before["Topic"] == after["Topic"]


def test_a_repository_of_somebody_else_is_not_taken_over(aws: Running, cloudformation: Any) -> None:
    """A repository that exists fails the stack, and stays as it was."""
    ecr = client(aws, "ecr", DEV)
    ecr.create_repository(repositoryName="others-images")
    template = copy.deepcopy(TEMPLATE)
    template["Resources"]["Repository"]["Properties"]["RepositoryName"] = "others-images"

    stack = stacks.create(cloudformation, "around-others", template)

    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    resource, reason = stacks.first_failure(cloudformation, "around-others")
    assert resource == "Repository"
    assert "with identifier 'others-images' already exists" in reason
    found = ecr.describe_repositories(repositoryNames=["others-images"])["repositories"][0]
    assert found["imageScanningConfiguration"] == {"scanOnPush": False}
