"""Imports that ministack lacks: what lies in an API, and the question what can be imported."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from embedded_aws import client
from embedded_stacks import imported

from mlops_gitops.emulator.lifecycle import Running

KEPT = {"DeletionPolicy": "Retain"}


def an_api(aws: Running, name: str) -> dict[str, str]:
    """Make an API with a path and a method by hand; give their ids."""
    gateway = client(aws, "apigateway")
    api = gateway.create_rest_api(name=name)["id"]
    (root,) = (each["id"] for each in gateway.get_resources(restApiId=api)["items"])
    path = gateway.create_resource(restApiId=api, parentId=root, pathPart="inference")["id"]
    gateway.put_method(
        restApiId=api, resourceId=path, httpMethod="POST", authorizationType="AWS_IAM"
    )
    return {"RestApiId": api, "ResourceId": path, "HttpMethod": "POST"}


def template(kind: str, ids: dict[str, str]) -> dict[str, Any]:
    """A template that holds one thing as it is."""
    method = {**ids, "AuthorizationType": "AWS_IAM", "Integration": {"Type": "MOCK"}}
    path = {"RestApiId": ids["RestApiId"], "ParentId": "root", "PathPart": "inference"}
    of_kind = method if kind == "Method" else path
    return {
        "Resources": {"It": {"Type": f"AWS::ApiGateway::{kind}", **KEPT, "Properties": of_kind}}
    }


@pytest.mark.parametrize(
    ("kind", "keys"),
    [
        ("Resource", ("RestApiId", "ResourceId")),
        ("Method", ("RestApiId", "ResourceId", "HttpMethod")),
    ],
)
def test_what_lies_in_an_api_is_imported_as_it_is(
    aws: Running, kind: str, keys: tuple[str, ...]
) -> None:
    """By the registry's identifier; what is not there fails the change set, and nothing is made."""
    cloudformation, ids = client(aws, "cloudformation"), an_api(aws, f"imported-{kind}")
    wanted = {
        "ResourceType": f"AWS::ApiGateway::{kind}",
        "LogicalResourceId": "It",
        "ResourceIdentifier": {key: ids[key] for key in keys},
    }

    stack = imported(cloudformation, f"imported-{kind}", template(kind, ids), [wanted])
    assert stack["StackStatus"] == "IMPORT_COMPLETE"
    found = client(aws, "apigateway").get_resource(
        restApiId=ids["RestApiId"], resourceId=ids["ResourceId"]
    )
    assert list(found["resourceMethods"]) == ["POST"]

    gone = {**wanted, "ResourceIdentifier": {key: f"no-{ids[key]}" for key in keys}}
    cloudformation.create_change_set(
        StackName=f"missing-{kind}",
        ChangeSetName="x",
        ChangeSetType="IMPORT",
        TemplateBody=json.dumps(template(kind, ids)),
        ResourcesToImport=[gone],
    )
    said = cloudformation.describe_change_set(StackName=f"missing-{kind}", ChangeSetName="x")
    assert said["Status"] == "FAILED"
    assert said["StatusReason"].endswith("was not found.")


def test_a_summary_names_the_identifiers_of_what_can_be_imported(aws: Running) -> None:
    """And leaves out what cannot; a template that is none is refused as before."""
    cloudformation = client(aws, "cloudformation")
    resources = {
        "Endpoint": {"Type": "AWS::SageMaker::Endpoint"},
        "Handle": {"Type": "AWS::CloudFormation::WaitConditionHandle"},
    }

    told = cloudformation.get_template_summary(TemplateBody=json.dumps({"Resources": resources}))

    assert told["ResourceIdentifierSummaries"] == [
        {
            "ResourceType": "AWS::SageMaker::Endpoint",
            "LogicalResourceIds": ["Endpoint"],
            "ResourceIdentifiers": ["EndpointArn"],
        }
    ]
    with pytest.raises(ClientError, match="Template format error"):
        cloudformation.get_template_summary(TemplateBody="{")


def test_there_is_no_stack_set(aws: Running) -> None:
    """None can be made here, so none is found, in AWS's words."""
    with pytest.raises(ClientError) as refused:
        client(aws, "cloudformation").describe_stack_set(StackSetName="any")

    assert refused.value.response["Error"]["Code"] == "StackSetNotFoundException"
