"""Requests, read as operations, and what of IAM they need."""

import json
from collections.abc import Mapping
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSRequest
from botocore.config import Config

from mlops_gitops.emulator.iam.facts import Place, knows
from mlops_gitops.emulator.iam.http import Call, HttpRequest, read_call, region_of
from mlops_gitops.emulator.iam.needs import Need, needs, of_keys
from mlops_gitops.emulator.iam.stack_needs import handler_needs

ACCOUNT = "111111111111"
PLACE = Place("aws", "us-east-1", ACCOUNT)
ROLE = f"arn:aws:iam::{ACCOUNT}:role/runs"


def sent(service: str, operation: str, **parameters: Any) -> HttpRequest:
    """What boto3 sends for an operation."""
    client = boto3.client(
        service,
        region_name="us-east-1",
        endpoint_url="http://127.0.0.1:1",
        aws_access_key_id=ACCOUNT,
        aws_secret_access_key="test",
        config=Config(s3={"addressing_style": "path"}),
    )
    taken: list[HttpRequest] = []

    def take(request: AWSRequest, **_: object) -> Any:
        address, _, query = request.url.partition("?")
        pairs = (each.partition("=") for each in query.split("&") if each)
        headers = {
            name.lower(): value.decode() if isinstance(value, bytes) else value
            for name, value in request.headers.items()
        }
        body = request.body or b""
        taken.append(
            HttpRequest(
                method=str(request.method),
                path=address.removeprefix("http://127.0.0.1:1"),
                query={name: value for name, _, value in pairs},
                headers=headers,
                body=body.encode() if isinstance(body, str) else bytes(body),
            )
        )
        raise InterruptedError

    client.meta.events.register("before-send", take)
    with pytest.raises(InterruptedError):
        getattr(client, operation)(**parameters)
    return taken[0]


CASES: list[tuple[str, str, Mapping[str, Any], list[str]]] = [
    ("s3", "get_object", {"Bucket": "b", "Key": "a/x"}, ["s3:GetObject arn:aws:s3:::b/a/x"]),
    (
        "s3",
        "get_object",
        {"Bucket": "b", "Key": "x", "VersionId": "1"},
        ["s3:GetObjectVersion arn:aws:s3:::b/x"],
    ),
    ("s3", "head_object", {"Bucket": "b", "Key": "x"}, ["s3:GetObject arn:aws:s3:::b/x"]),
    ("s3", "put_object", {"Bucket": "b", "Key": "x"}, ["s3:PutObject arn:aws:s3:::b/x"]),
    ("s3", "list_objects_v2", {"Bucket": "b"}, ["s3:ListBucket arn:aws:s3:::b"]),
    ("s3", "head_bucket", {"Bucket": "b"}, ["s3:ListBucket arn:aws:s3:::b"]),
    ("s3", "list_buckets", {}, ["s3:ListAllMyBuckets *"]),
    ("s3", "get_bucket_versioning", {"Bucket": "b"}, ["s3:GetBucketVersioning arn:aws:s3:::b"]),
    (
        "s3",
        "copy_object",
        {"Bucket": "b", "Key": "x", "CopySource": "c/y"},
        ["s3:PutObject arn:aws:s3:::b/x", "s3:GetObject arn:aws:s3:::c/y"],
    ),
    (
        "s3",
        "upload_part",
        {"Bucket": "b", "Key": "x", "PartNumber": 1, "UploadId": "u"},
        ["s3:PutObject arn:aws:s3:::b/x"],
    ),
    ("sts", "get_caller_identity", {}, []),
    (
        "sts",
        "assume_role",
        {"RoleArn": ROLE, "RoleSessionName": "me"},
        [f"sts:AssumeRole {ROLE}"],
    ),
    ("cloudformation", "describe_stacks", {}, ["cloudformation:DescribeStacks *"]),
    (
        "cloudformation",
        "create_change_set",
        {
            "StackName": "s",
            "ChangeSetName": "c",
            "RoleARN": ROLE,
            "Tags": [{"Key": "k", "Value": "v"}],
            "TemplateURL": "http://127.0.0.1:1/b/t.json",
        },
        [
            f"cloudformation:CreateChangeSet arn:aws:cloudformation:us-east-1:{ACCOUNT}:stack/s/*",
            f"iam:PassRole {ROLE}",
            f"cloudformation:TagResource arn:aws:cloudformation:us-east-1:{ACCOUNT}:stack/s/*",
            "s3:GetObject arn:aws:s3:::b/t.json",
        ],
    ),
    (
        "codepipeline",
        "put_approval_result",
        {
            "pipelineName": "p",
            "stageName": "prod",
            "actionName": "Gate",
            "result": {"summary": "", "status": "Approved"},
            "token": "11111111-1111-1111-1111-111111111111",
        },
        [f"codepipeline:PutApprovalResult arn:aws:codepipeline:us-east-1:{ACCOUNT}:p/prod/Gate"],
    ),
    (
        "stepfunctions",
        "start_execution",
        {"stateMachineArn": f"arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:m"},
        [f"states:StartExecution arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:m"],
    ),
    (
        "sagemaker",
        "create_training_job",
        {
            "TrainingJobName": "Train",
            "RoleArn": ROLE,
            "OutputDataConfig": {"S3OutputPath": "s3://b"},
            "StoppingCondition": {},
        },
        [
            f"sagemaker:CreateTrainingJob arn:aws:sagemaker:us-east-1:{ACCOUNT}:training-job/train",
            f"iam:PassRole {ROLE}",
        ],
    ),
    (
        "sagemaker-runtime",
        "invoke_endpoint",
        {"EndpointName": "e", "Body": b"1"},
        [f"sagemaker:InvokeEndpoint arn:aws:sagemaker:us-east-1:{ACCOUNT}:endpoint/e"],
    ),
    (
        "lambda",
        "invoke",
        {"FunctionName": f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:f"},
        [f"lambda:InvokeFunction arn:aws:lambda:us-east-1:{ACCOUNT}:function:f"],
    ),
    ("apigateway", "get_rest_apis", {}, ["apigateway:GET *"]),
    (
        "apigateway",
        "get_account",
        {},
        ["apigateway:GET arn:aws:apigateway:us-east-1::/account"],
    ),
    (
        "scheduler",
        "create_schedule",
        {
            "Name": "d",
            "ScheduleExpression": "rate(1 day)",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": {"Arn": ROLE, "RoleArn": ROLE},
        },
        [
            f"scheduler:CreateSchedule arn:aws:scheduler:us-east-1:{ACCOUNT}:schedule/default/d",
            f"iam:PassRole {ROLE}",
        ],
    ),
    (
        "sqs",
        "send_message",
        {"QueueUrl": f"http://127.0.0.1:4566/{ACCOUNT}/left", "MessageBody": "x"},
        [f"sqs:SendMessage arn:aws:sqs:us-east-1:{ACCOUNT}:left"],
    ),
    (
        "events",
        "put_events",
        {"Entries": [{"Source": "a"}, {"Source": "b", "EventBusName": "own"}]},
        [
            f"events:PutEvents arn:aws:events:us-east-1:{ACCOUNT}:event-bus/default",
            f"events:PutEvents arn:aws:events:us-east-1:{ACCOUNT}:event-bus/own",
        ],
    ),
    ("cloudwatch", "list_metrics", {}, ["cloudwatch:ListMetrics *"]),
    (
        "iam",
        "get_role",
        {"RoleName": "r"},
        [f"iam:GetRole arn:aws:iam::{ACCOUNT}:role/r"],
    ),
    (
        "ecr",
        "describe_images",
        {"repositoryName": "rr"},
        [f"ecr:DescribeImages arn:aws:ecr:us-east-1:{ACCOUNT}:repository/rr"],
    ),
]


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "expected"),
    [pytest.param(*case, id=f"{case[0]}-{case[1]}") for case in CASES],
)
def test_a_request_needs_what_aws_lists(
    service: str, operation: str, parameters: Mapping[str, Any], expected: list[str]
) -> None:
    """In every protocol, as boto3 really sends it."""
    request = sent(service, operation, **parameters)
    call = read_call(request)
    assert call

    found = needs(call, request.method, Place("aws", region_of(request), ACCOUNT))

    assert [f"{each.action} {each.resource}" for each in found] == expected
    assert all(knows(each.action) or each.action.startswith("apigateway:") for each in found)


def test_conditions_learn_what_a_request_says() -> None:
    """The names of change sets, the service that gets a role, what a tag comes with."""
    request = sent(
        "cloudformation",
        "create_change_set",
        StackName="s",
        ChangeSetName="mg-plan-1",
        RoleARN=ROLE,
        Tags=[{"Key": "k", "Value": "v"}],
    )
    call = read_call(request)
    assert call
    context = {each.action: each.context for each in needs(call, "POST", PLACE)}

    assert context["cloudformation:CreateChangeSet"] == {
        "cloudformation:changesetname": ("mg-plan-1",),
        "cloudformation:rolearn": (ROLE,),
    }
    assert context["iam:PassRole"] == {"iam:passedtoservice": ("cloudformation.amazonaws.com",)}
    assert context["cloudformation:TagResource"] == {
        "cloudformation:createaction": ("CreateChangeSet",)
    }


def test_who_sends_nothing_signed_is_nobody() -> None:
    """Addresses that are signed in the query, and browsers, are looked at elsewhere."""
    request = HttpRequest(method="GET", path="/b/x", query={}, headers={}, body=b"")

    assert read_call(request) is None


def test_roles_of_a_pipelines_actions_are_not_passed() -> None:
    """The pipeline's own role assumes them."""
    pipeline = {"name": "p", "roleArn": ROLE, "stages": [{"actions": [{"roleArn": f"{ROLE}-2"}]}]}
    call = Call(
        service="codepipeline", operation="CreatePipeline", parameters={"pipeline": pipeline}
    )

    assert [each.resource for each in needs(call, "POST", PLACE)] == [
        f"arn:aws:codepipeline:us-east-1:{ACCOUNT}:p",
        ROLE,
    ]


@pytest.mark.parametrize(
    ("action", "operation", "used"),
    [
        ("s3:GetObject", "GetObject", ["kms:Decrypt"]),
        ("s3:GetObject", "HeadObject", []),
        ("s3:PutObject", "PutObject", ["kms:GenerateDataKey"]),
        ("s3:ListBucket", "ListObjectsV2", []),
        ("sns:Publish", "Publish", ["kms:Decrypt", "kms:GenerateDataKey"]),
    ],
)
def test_keys_are_used_in_the_callers_name(action: str, operation: str, used: list[str]) -> None:
    """Through the service that holds what is encrypted."""
    service = action.split(":", maxsplit=1)[0]
    need = Need(action=action, resource="arn:aws:s3:::b/x")
    call = Call(service=service, operation=operation, parameters={})

    found = list(of_keys(need, call, "arn:key", PLACE))

    assert [each.action for each in found] == used
    assert all(
        each.context == {"kms:viaservice": (f"{service}.us-east-1.amazonaws.com",)}
        for each in found
    )


@pytest.mark.parametrize(
    ("kind", "verb", "properties", "name", "expected"),
    [
        (
            "AWS::SageMaker::Model",
            "create",
            {"ExecutionRoleArn": ROLE},
            "s-Model-",
            ["sagemaker:CreateModel model/s-model-", f"iam:PassRole {ROLE}"],
        ),
        (
            "AWS::IAM::Role",
            "create",
            {"Path": "/mlops-gitops/"},
            "s-Role-",
            [f"iam:CreateRole arn:aws:iam::{ACCOUNT}:role/mlops-gitops/s-Role-"],
        ),
        (
            "AWS::SageMaker::Endpoint",
            "delete",
            {"EndpointConfigName": "c"},
            f"arn:aws:sagemaker:us-east-1:{ACCOUNT}:endpoint/e",
            ["sagemaker:DeleteEndpoint endpoint/e"],
        ),
        (
            "AWS::Events::Rule",
            "create",
            {"Targets": [{"Arn": "a", "RoleArn": ROLE}]},
            "s-Rule-",
            [
                f"events:PutRule arn:aws:events:us-east-1:{ACCOUNT}:rule/s-Rule-",
                f"iam:PassRole {ROLE}",
            ],
        ),
        (
            "AWS::CodeBuild::Project",
            "create",
            {},
            "s-Project-",
            [f"codebuild:CreateProject arn:aws:codebuild:us-east-1:{ACCOUNT}:project/s-Project-"],
        ),
        (
            "AWS::ApiGateway::Method",
            "create",
            {},
            "m",
            ["apigateway:PUT arn:aws:apigateway:us-east-1::/restapis/*"],
        ),
    ],
)
def test_a_handler_needs_what_is_named_after_its_type(
    kind: str, verb: str, properties: Mapping[str, Any], name: str, expected: list[str]
) -> None:
    """And the roles that it hands on, but none of those that it deletes."""
    found = handler_needs(kind, verb, properties, name, PLACE)
    sagemaker = f"arn:aws:sagemaker:us-east-1:{ACCOUNT}:"

    said = [f"{each.action} {each.resource.removeprefix(sagemaker)}" for each in found]
    assert said == expected, json.dumps(said)
