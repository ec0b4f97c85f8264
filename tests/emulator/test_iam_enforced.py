"""The embedded AWS that enforces IAM: whoever acts for a role is held to the role's policies."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import boto3
import embedded_stacks as stacks
import pytest
from botocore.exceptions import ClientError
from embedded_aws import DEV as HOME
from embedded_aws import STAGING as OTHER
from embedded_aws import client, embedded_aws
from emulator.machines import run, task

from mlops_gitops.emulator.lifecycle import Iam, Running

BUCKET = "enforced-data"
KEYED = "enforced-keyed"
TOPIC = f"arn:aws:sns:us-east-1:{HOME}:enforced"


@pytest.fixture(scope="module")
def aws() -> Iterator[Running]:
    """An embedded AWS with two buckets, of which one has a key."""
    with embedded_aws(iam=Iam(enforced=True)) as running:
        client(running, "s3", HOME).create_bucket(Bucket=BUCKET)
        client(running, "sns", HOME).create_topic(Name="enforced")
        template = {"Resources": {"Key": _key(), "Bucket": _bucket()}}
        stacks.create(client(running, "cloudformation", HOME), "keyed", template)
        yield running


def _key() -> dict[str, Any]:
    """A key that leaves it to the account's policies who may use it."""
    root = {"AWS": f"arn:aws:iam::{HOME}:root"}
    allow = {"Effect": "Allow", "Principal": root, "Action": "kms:*", "Resource": "*"}
    return {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": {"Statement": [allow]}}}


def _bucket() -> dict[str, Any]:
    key = {"Fn::GetAtt": ["Key", "Arn"]}
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    rules = [{"ServerSideEncryptionByDefault": default}]
    encryption = {"ServerSideEncryptionConfiguration": rules}
    return {
        "Type": "AWS::S3::Bucket",
        "Properties": {"BucketName": KEYED, "BucketEncryption": encryption},
    }


def allow(*actions: str, resource: Any = "*") -> dict[str, Any]:
    """A statement."""
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource}


def role(aws: Running, name: str, *statements: Mapping[str, Any], **more: Any) -> str:
    """Make a role that its account and the services may be."""
    services = ["cloudformation.amazonaws.com", "states.amazonaws.com", "lambda.amazonaws.com"]
    who = {"AWS": f"arn:aws:iam::{HOME}:root", "Service": services}
    trust = {"Effect": "Allow", "Principal": who, "Action": "sts:AssumeRole"}
    iam = client(aws, "iam", HOME)
    arn = iam.create_role(
        RoleName=name, AssumeRolePolicyDocument=json.dumps({"Statement": [trust]}), **more
    )["Role"]["Arn"]
    document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=document)
    return str(arn)


def acting(aws: Running, arn: str, service: str, **more: Any) -> Any:
    """A client of a session of a role."""
    given = client(aws, "sts", HOME).assume_role(RoleArn=arn, RoleSessionName="me", **more)
    keys = given["Credentials"]
    return boto3.client(
        service,
        endpoint_url=aws.endpoint_url,
        region_name="us-east-1",
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )


def test_boundaries_and_session_policies_limit(aws: Running) -> None:
    """A role has what both its policy and its boundary allow, a session what all three do."""
    document = json.dumps({"Version": "2012-10-17", "Statement": [allow("s3:*")]})
    limit = client(aws, "iam", HOME).create_policy(PolicyName="limit", PolicyDocument=document)
    arn = role(aws, "bounded", allow("s3:*", "sns:*"), PermissionsBoundary=limit["Policy"]["Arn"])
    narrow = json.dumps({"Version": "2012-10-17", "Statement": [allow("s3:ListBucket")]})

    acting(aws, arn, "s3").put_object(Bucket=BUCKET, Key="a", Body=b"x")
    with pytest.raises(ClientError, match="no permissions boundary allows the sns:Publish action"):
        acting(aws, arn, "sns").publish(TopicArn=TOPIC, Message="x")
    with pytest.raises(ClientError, match="no session policy allows the s3:PutObject action"):
        acting(aws, arn, "s3", Policy=narrow).put_object(Bucket=BUCKET, Key="a")
    acting(aws, arn, "s3", Policy=narrow).list_objects_v2(Bucket=BUCKET)


def test_a_bucket_with_a_key_wants_both(aws: Running) -> None:
    """Reading needs the key, and through S3 alone if the policy says so; writing another action."""
    anything = allow("s3:*", resource=[f"arn:aws:s3:::{KEYED}", f"arn:aws:s3:::{KEYED}/*"])
    through = {"StringLike": {"kms:ViaService": "s3.*"}}
    without = acting(aws, role(aws, "without-key", anything), "s3")
    reader = role(aws, "with-key", anything, {**allow("kms:Decrypt"), "Condition": through})
    client(aws, "s3", HOME).put_object(Bucket=KEYED, Key="a", Body=b"x")

    with pytest.raises(ClientError, match="kms:Decrypt"):
        without.get_object(Bucket=KEYED, Key="a")
    assert without.head_object(Bucket=KEYED, Key="a")["ContentLength"] == 1
    assert acting(aws, reader, "s3").get_object(Bucket=KEYED, Key="a")["Body"].read() == b"x"
    with pytest.raises(ClientError, match="kms:GenerateDataKey"):
        acting(aws, reader, "s3").put_object(Bucket=KEYED, Key="a", Body=b"y")
    with pytest.raises(ClientError, match="kms:Decrypt"):
        acting(aws, reader, "kms").decrypt(CiphertextBlob=b"x", KeyId="alias/none")


def test_a_key_is_its_policys_to_open(aws: Running) -> None:
    """What a role's own policy allows is not enough for a key that does not leave it to IAM."""
    kms = client(aws, "kms", HOME)
    other = {**allow("kms:*"), "Principal": {"AWS": f"arn:aws:iam::{HOME}:role/other"}}
    key = kms.create_key(Policy=json.dumps({"Statement": [other]}))["KeyMetadata"]["KeyId"]
    arn = role(aws, "with-all-keys", allow("kms:*"))

    with pytest.raises(ClientError, match="no resource-based policy allows the kms:DescribeKey"):
        acting(aws, arn, "kms").describe_key(KeyId=key)


def test_the_account_itself_may_all_but_what_a_resource_denies(aws: Running) -> None:
    """Its root is held to the bucket's denial, and to nothing else."""
    s3 = client(aws, "s3", HOME)
    denial = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{BUCKET}/secret",
    }
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps({"Statement": [denial]}))
    for key in ("open", "secret"):
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"x")

    assert s3.get_object(Bucket=BUCKET, Key="open")["Body"].read() == b"x"
    with pytest.raises(ClientError, match="explicit deny in a resource-based policy"):
        s3.get_object(Bucket=BUCKET, Key="secret")


def test_stacks_are_made_as_their_role(aws: Running) -> None:
    """What it lacks fails the stack with AWS's sentence; the rest of it is taken away again."""
    arn = role(aws, "maker", allow("sns:CreateTopic", "sns:DeleteTopic"))
    cloudformation = client(aws, "cloudformation", HOME)
    resources = {
        "Topic": {"Type": "AWS::SNS::Topic"},
        "Queue": {"Type": "AWS::SQS::Queue", "DependsOn": "Topic"},
    }
    made = {"StackName": "made", "RoleARN": arn}
    cloudformation.create_stack(**made, TemplateBody=json.dumps({"Resources": resources}))
    told = stacks.settled(cloudformation, "made")
    events = cloudformation.describe_stack_events(StackName="made")["StackEvents"]
    reasons = [each.get("ResourceStatusReason", "") for each in events]
    assert told["StackStatus"] == "ROLLBACK_COMPLETE"
    assert any("not authorized to perform: sqs:CreateQueue" in each for each in reasons)


def test_state_machines_act_as_their_role(aws: Running) -> None:
    """In tasks that this project runs, and in those that ministack does."""
    may_publish = role(aws, "teller", allow("sns:Publish", resource=TOPIC))
    may_not = role(aws, "mute", allow("s3:ListBucket"))
    tells = {"Tell": task("sns:publish", {"TopicArn": TOPIC, "Message": "x"})}

    told, refused = run(aws, tells, may_publish), run(aws, tells, may_not)

    assert told["status"] == "SUCCEEDED"
    assert (refused["status"], refused["error"]) == ("FAILED", "States.Permissions")
    assert "no identity-based policy allows the sns:Publish action" in refused["cause"]


def test_a_role_of_another_account_needs_both_sides(aws: Running) -> None:
    """A bucket lets the account in, and the role's own policy lets it go there."""
    s3 = client(aws, "s3", HOME)
    s3.create_bucket(Bucket="enforced-shared")
    s3.put_object(Bucket="enforced-shared", Key="a", Body=b"x")
    resource = "arn:aws:s3:::enforced-shared/*"
    share = {**allow("s3:GetObject", resource=resource), "Principal": {"AWS": OTHER}}
    s3.put_bucket_policy(Bucket="enforced-shared", Policy=json.dumps({"Statement": [share]}))
    iam = client(aws, "iam", OTHER)
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{HOME}:root"},
        "Action": "sts:AssumeRole",
    }
    iam.create_role(RoleName="guest", AssumeRolePolicyDocument=json.dumps({"Statement": [trust]}))
    guest = f"arn:aws:iam::{OTHER}:role/guest"

    with pytest.raises(ClientError, match="no identity-based policy allows the s3:GetObject"):
        acting(aws, guest, "s3").get_object(Bucket="enforced-shared", Key="a")
    document = json.dumps({"Statement": [allow("s3:GetObject", "s3:PutObject")]})
    iam.put_role_policy(RoleName="guest", PolicyName="p", PolicyDocument=document)
    there = acting(aws, guest, "s3")
    assert there.get_object(Bucket="enforced-shared", Key="a")["Body"].read() == b"x"
    with pytest.raises(ClientError, match="no resource-based policy allows the s3:PutObject"):
        there.put_object(Bucket="enforced-shared", Key="a", Body=b"y")
