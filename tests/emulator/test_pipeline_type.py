"""AWS::CodePipeline::Pipeline and imports on the embedded AWS, through the front door."""

import copy
import json
from typing import Any

import embedded_stacks as stacks
import pytest
from embedded_aws import DEV, ORCHESTRATOR, client

from mlops_gitops.emulator.lifecycle import Running

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "codepipeline.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


def action(name: str, category: str, provider: str, **more: object) -> dict[str, Any]:
    """An action of AWS's own."""
    kind = {"Category": category, "Owner": "AWS", "Provider": provider, "Version": "1"}
    return {"Name": name, "ActionTypeId": kind, **more}


def pipeline(name: str) -> dict[str, Any]:
    """A template of a pipeline that waits for somebody."""
    source = action(
        "Source",
        "Source",
        "S3",
        Configuration={
            "S3Bucket": {"Ref": "Bucket"},
            "S3ObjectKey": "bundle.zip",
            "PollForSourceChanges": "false",
        },
        OutputArtifacts=[{"Name": "Bundle"}],
    )
    return {
        "Resources": {
            "Bucket": {
                "Type": "AWS::S3::Bucket",
                "Properties": {"VersioningConfiguration": {"Status": "Enabled"}},
            },
            "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}},
            "Pipeline": {
                "Type": "AWS::CodePipeline::Pipeline",
                "Properties": {
                    "Name": name,
                    "PipelineType": "V2",
                    "ExecutionMode": "QUEUED",
                    "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                    "ArtifactStore": {"Type": "S3", "Location": {"Ref": "Bucket"}},
                    "Variables": [{"Name": "commit", "DefaultValue": "none"}],
                    "Stages": [
                        {"Name": "Source", "Actions": [source]},
                        {"Name": "Gate", "Actions": [action("Approve", "Approval", "Manual")]},
                    ],
                },
            },
        },
        "Outputs": {
            "Ref": {"Value": {"Ref": "Pipeline"}},
            "Version": {"Value": {"Fn::GetAtt": ["Pipeline", "Version"]}},
        },
    }


@pytest.fixture
def cloudformation(aws: Running) -> Any:
    """CloudFormation of the orchestrator."""
    return client(aws, "cloudformation", ORCHESTRATOR)


def test_a_pipeline_lives_with_its_stack(aws: Running, cloudformation: Any) -> None:
    """Create, change in place, in sync, delete: the pipeline follows its stack."""
    codepipeline = client(aws, "codepipeline", ORCHESTRATOR)
    template = pipeline("delivery")
    made = stacks.create(cloudformation, "delivery-codepipeline", template)
    assert made["StackStatus"] == "CREATE_COMPLETE"
    assert made["out"] == {"Ref": "delivery", "Version": "1"}

    changed = copy.deepcopy(template)
    changed["Resources"]["Pipeline"]["Properties"]["Stages"][1]["Name"] = "Approval"
    seen = stacks.change_set(cloudformation, "delivery-codepipeline", changed)
    assert {name: change["Replacement"] for name, change in seen.items()} == {"Pipeline": "False"}
    after = stacks.update(cloudformation, "delivery-codepipeline", changed)

    assert after["out"]["Version"] == "2"
    stages = codepipeline.get_pipeline(name="delivery")["pipeline"]["stages"]
    assert [stage["name"] for stage in stages] == ["Source", "Approval"]
    drift = cloudformation.detect_stack_resource_drift(
        StackName="delivery-codepipeline", LogicalResourceId="Pipeline"
    )["StackResourceDrift"]
    assert drift["StackResourceDriftStatus"] == "IN_SYNC", drift.get("PropertyDifferences")
    stacks.delete(cloudformation, "delivery-codepipeline")
    assert codepipeline.list_pipelines()["pipelines"] == []


def test_a_pipeline_that_codepipeline_refuses_rolls_back(cloudformation: Any) -> None:
    """One stage is too few: the reason stands in the stack's events."""
    template = pipeline("too-short")
    template["Resources"]["Pipeline"]["Properties"]["Stages"].pop()

    stack = stacks.create(cloudformation, "too-short", template)

    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    resource, reason = stacks.first_failure(cloudformation, "too-short")
    assert resource == "Pipeline"
    assert "CodePipeline" in reason


def test_a_resource_that_exists_is_imported(aws: Running) -> None:
    """A model made by hand comes under a stack's care, unchanged."""
    model = client(aws, "sagemaker", DEV).create_model(
        ModelName="by-hand", ExecutionRoleArn=stacks.ROLE
    )
    cloudformation = client(aws, "cloudformation", DEV)
    properties = {"ModelName": "by-hand", "ExecutionRoleArn": stacks.ROLE}
    resource = {
        "Type": "AWS::SageMaker::Model",
        "DeletionPolicy": "Retain",
        "Properties": properties,
    }
    cloudformation.create_change_set(
        StackName="adopted",
        ChangeSetName="import",
        ChangeSetType="IMPORT",
        TemplateBody=json.dumps({"Resources": {"Model": resource}}),
        ResourcesToImport=[
            {
                "ResourceType": "AWS::SageMaker::Model",
                "LogicalResourceId": "Model",
                "ResourceIdentifier": {"ModelArn": model["ModelArn"]},
            }
        ],
    )
    wanted = {"StackName": "adopted", "ChangeSetName": "import"}
    cloudformation.get_waiter("change_set_create_complete").wait(
        **wanted, WaiterConfig={"Delay": 0.05, "MaxAttempts": 100}
    )
    cloudformation.execute_change_set(**wanted)

    assert stacks.settled(cloudformation, "adopted")["StackStatus"] == "IMPORT_COMPLETE"
    found = cloudformation.describe_stack_resources(StackName="adopted")["StackResources"]
    assert [r["PhysicalResourceId"] for r in found] == [model["ModelArn"]]
