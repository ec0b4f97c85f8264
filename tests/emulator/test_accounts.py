"""Who may do what across the four accounts of the embedded AWS."""

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from embedded_aws import DEV, ORCHESTRATOR, STAGING, client

from mlops_gitops.emulator.lifecycle import Running


def make_role(aws: Running, name: str, principal: dict[str, str], **condition: Any) -> str:
    """A role in dev with this trust."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    document = {"Version": "2012-10-17", "Statement": [{**statement, **condition}]}
    made = client(aws, "iam", DEV).create_role(
        RoleName=name, AssumeRolePolicyDocument=json.dumps(document)
    )
    return str(made["Role"]["Arn"])


def assume(aws: Running, role: str, account: str = ORCHESTRATOR, **more: str) -> dict[str, str]:
    """The credentials of an assumed role."""
    sts = client(aws, "sts", account)
    answer = sts.assume_role(RoleArn=role, RoleSessionName="test", **more)
    return dict(answer["Credentials"])


def test_a_role_acts_in_its_own_account(aws: Running) -> None:
    """A trusted caller works in the role's account, and is named after the role."""
    role = make_role(aws, "trusts", {"AWS": f"arn:aws:iam::{ORCHESTRATOR}:root"})
    given = assume(aws, role)

    session = boto3.Session(
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
        region_name="us-east-1",
    )
    identity = session.client("sts", endpoint_url=aws.endpoint_url).get_caller_identity()
    assert identity["Account"] == DEV
    assert identity["Arn"].endswith("assumed-role/trusts/test")
    role_arn = "arn:aws:iam::222222222222:role/trusts"
    sagemaker = session.client("sagemaker", endpoint_url=aws.endpoint_url)
    made = sagemaker.create_model(ModelName="by-role", ExecutionRoleArn=role_arn)
    assert made["ModelArn"].split(":")[4] == DEV


def test_a_role_that_does_not_exist_is_refused(aws: Running) -> None:
    """AWS does not tell whether the role exists: access is denied."""
    missing = f"arn:aws:iam::{DEV}:role/nobody"

    with pytest.raises(ClientError) as caught:
        assume(aws, missing)

    error = caught.value.response["Error"]
    assert error["Code"] == "AccessDenied"
    assert error["Message"] == (
        f"User: arn:aws:iam::{ORCHESTRATOR}:root is not authorized to perform: sts:AssumeRole "
        f"on resource: {missing}"
    )


@pytest.mark.parametrize(
    ("name", "principal", "condition"),
    [
        ("other-account", {"AWS": f"arn:aws:iam::{STAGING}:root"}, {}),
        ("service", {"Service": "cloudformation.amazonaws.com"}, {}),
        (
            "external-id",
            {"AWS": f"arn:aws:iam::{ORCHESTRATOR}:root"},
            {"Condition": {"StringEquals": {"sts:ExternalId": "secret"}}},
        ),
    ],
)
def test_a_role_that_does_not_trust_the_caller_is_refused(
    aws: Running, name: str, principal: dict[str, str], condition: dict[str, Any]
) -> None:
    """Another account, a service, a missing external id: no trust, no role."""
    role = make_role(aws, name, principal, **condition)

    with pytest.raises(ClientError, match="AccessDenied"):
        assume(aws, role)


def test_the_right_external_id_is_let_in(aws: Running) -> None:
    """Conditions of a trust policy are evaluated with what the caller gave."""
    condition = {"StringEquals": {"sts:ExternalId": "secret"}}
    trusted = {"AWS": f"arn:aws:iam::{ORCHESTRATOR}:root"}
    role = make_role(aws, "let-in", trusted, Condition=condition)

    assert assume(aws, role, ExternalId="secret")["AccessKeyId"].startswith("ASIA")


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("cloudformation", "describe_stacks"),
        ("sagemaker", "list_models"),
        ("s3", "list_buckets"),
        ("sts", "get_caller_identity"),
        ("codepipeline", "list_pipelines"),
    ],
)
@pytest.mark.parametrize("key", ["AKIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPLE", "test"])
def test_a_key_that_nobody_holds_is_refused(
    aws: Running, service: str, operation: str, key: str
) -> None:
    """A forgotten environment or an ended session is an error, not another account."""
    with pytest.raises(ClientError) as caught:
        getattr(client(aws, service, key), operation)()

    assert caught.value.response["Error"]["Code"] in {
        "InvalidClientTokenId",
        "UnrecognizedClientException",
        "InvalidAccessKeyId",
    }


def test_a_service_that_nobody_emulates_says_so(aws: Running) -> None:
    """An unknown service answers in AWS's shape."""
    with pytest.raises(ClientError, match="does not emulate") as caught:
        client(aws, "comprehend").list_endpoints()

    assert caught.value.response["Error"]["Code"] == "UnknownOperationException"
