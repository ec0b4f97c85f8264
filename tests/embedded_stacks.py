"""Stacks for tests: make them, wait for them, read what happened."""

import json
import time
from collections.abc import Mapping
from typing import Any

ROLE = "arn:aws:iam::222222222222:role/execution"


def realtime(name: str) -> dict[str, Any]:
    """A template of a model behind an endpoint called `name`."""
    image = {"Image": {"Ref": "Image"}, "ModelDataUrl": "s3://assets/model.tar.gz"}
    package = {"ModelPackageName": {"Ref": "Package"}}
    variant = {
        "VariantName": "AllTraffic",
        "ModelName": {"Fn::GetAtt": ["Model", "ModelName"]},
        "InstanceType": {"Ref": "Instance"},
        "InitialInstanceCount": {"Ref": "Count"},
        "InitialVariantWeight": 1,
    }
    return {
        "Parameters": {
            "Image": {"Type": "String", "Default": "registry/image:1"},
            "Package": {"Type": "String", "Default": ""},
            "Instance": {"Type": "String", "Default": "ml.m5.large"},
            "Count": {"Type": "Number", "Default": 1},
        },
        "Conditions": {"FromImage": {"Fn::Equals": [{"Ref": "Package"}, ""]}},
        "Resources": {
            "Model": {
                "Type": "AWS::SageMaker::Model",
                "Properties": {
                    "ExecutionRoleArn": ROLE,
                    "PrimaryContainer": {"Fn::If": ["FromImage", image, package]},
                },
            },
            "Config": {
                "Type": "AWS::SageMaker::EndpointConfig",
                "Properties": {"ProductionVariants": [variant]},
            },
            "Endpoint": {
                "Type": "AWS::SageMaker::Endpoint",
                "Properties": {
                    "EndpointName": name,
                    "EndpointConfigName": {"Fn::GetAtt": ["Config", "EndpointConfigName"]},
                },
            },
        },
        "Outputs": {
            "Ref": {"Value": {"Ref": "Endpoint"}},
            "Name": {"Value": {"Fn::GetAtt": ["Endpoint", "EndpointName"]}},
            "Config": {"Value": {"Fn::GetAtt": ["Config", "EndpointConfigName"]}},
            "Model": {"Value": {"Fn::GetAtt": ["Model", "ModelName"]}},
        },
    }


def create(cloudformation: Any, name: str, template: object, **parameters: str) -> dict[str, Any]:
    """Create a stack and wait for its end."""
    cloudformation.create_stack(
        StackName=name, TemplateBody=json.dumps(template), Parameters=listed(parameters)
    )
    return settled(cloudformation, name)


def update(cloudformation: Any, name: str, template: object, **parameters: str) -> dict[str, Any]:
    """Update a stack and wait for its end."""
    cloudformation.update_stack(
        StackName=name, TemplateBody=json.dumps(template), Parameters=listed(parameters)
    )
    return settled(cloudformation, name)


def delete(cloudformation: Any, name: str) -> None:
    """Delete a stack and wait until it is gone."""
    id_ = cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackId"]
    cloudformation.delete_stack(StackName=name)
    assert settled(cloudformation, id_)["StackStatus"] == "DELETE_COMPLETE"


def settled(cloudformation: Any, name: str) -> dict[str, Any]:
    """The stack, once nothing is in progress, with its outputs as a mapping under "out"."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        stack: dict[str, Any] = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
        if not stack["StackStatus"].endswith("IN_PROGRESS"):
            outputs = {o["OutputKey"]: o["OutputValue"] for o in stack.get("Outputs", [])}
            return {**stack, "out": outputs}
        time.sleep(0.02)
    raise AssertionError(f"Stack {name} does not settle.")


def change_set(
    cloudformation: Any, name: str, template: object, **parameters: str
) -> dict[str, dict[str, Any]]:
    """What a change set says of each resource."""
    cloudformation.create_change_set(
        StackName=name,
        ChangeSetName="looked-at",
        TemplateBody=json.dumps(template),
        Parameters=listed(parameters),
    )
    wanted = {"StackName": name, "ChangeSetName": "looked-at"}
    cloudformation.get_waiter("change_set_create_complete").wait(
        **wanted, WaiterConfig={"Delay": 0.05, "MaxAttempts": 100}
    )
    changes = cloudformation.describe_change_set(**wanted)["Changes"]
    cloudformation.delete_change_set(**wanted)
    found = [change["ResourceChange"] for change in changes]
    return {change["LogicalResourceId"]: change for change in found}


def first_failure(cloudformation: Any, name: str) -> tuple[str, str]:
    """The first resource that failed, and why."""
    events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    failed = [e for e in reversed(events) if e["ResourceStatus"].endswith("_FAILED")]
    return failed[0]["LogicalResourceId"], failed[0]["ResourceStatusReason"]


def listed(parameters: Mapping[str, str]) -> list[dict[str, str]]:
    """Parameters as the API wants them."""
    return [{"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()]


def imported(
    cloudformation: Any, name: str, template: object, resources: list[dict[str, Any]]
) -> dict[str, Any]:
    """Make a stack of resources that exist, and wait for its end."""
    wanted = {"StackName": name, "ChangeSetName": "adopted"}
    cloudformation.create_change_set(
        **wanted,
        ChangeSetType="IMPORT",
        TemplateBody=json.dumps(template),
        ResourcesToImport=resources,
    )
    cloudformation.get_waiter("change_set_create_complete").wait(
        **wanted, WaiterConfig={"Delay": 0.05, "MaxAttempts": 100}
    )
    cloudformation.execute_change_set(**wanted)
    return settled(cloudformation, name)
