"""Tasks of state machines that read and write S3."""

import json
from typing import Any

import pytest
from embedded_aws import DEV, STAGING, client
from emulator.job_requests import BUCKET
from emulator.machines import caught, output, task

from mlops_gitops.emulator.lifecycle import Running


def test_objects_are_written_and_read(jobs_aws: Running) -> None:
    """An object written as JSON is read as text, which is how a machine remembers."""
    key = {"Bucket": BUCKET, "Key": "marks/last-run.json"}
    digest = "{% $parse($states.result.Body).digest %}"
    states = {
        "Put": task("aws-sdk:s3:putObject", {**key, "Body": {"digest": "mg1-1"}}, Next="Head"),
        "Head": task(
            "aws-sdk:s3:headObject",
            key,
            Assign={"size": "{% $states.result.ContentLength %}"},
            Next="List",
        ),
        "List": task(
            "aws-sdk:s3:listObjectsV2",
            {"Bucket": BUCKET, "Prefix": "marks/"},
            Assign={"keys": "{% [$states.result.Contents.Key] %}"},
            Next="Get",
        ),
        "Get": task(
            "aws-sdk:s3:getObject",
            key,
            Output={"digest": digest, "size": "{% $size %}", "keys": "{% $keys %}"},
        ),
    }

    told = output(jobs_aws, states)

    assert told == {"digest": "mg1-1", "size": 18, "keys": ["marks/last-run.json"]}


@pytest.mark.parametrize(
    ("action", "arguments", "error"),
    [
        ("getObject", {"Bucket": BUCKET, "Key": "none"}, "S3.NoSuchKeyException"),
        ("headObject", {"Bucket": BUCKET, "Key": "none"}, "S3.NoSuchKeyException"),
        ("listObjectsV2", {"Bucket": "no-such-bucket"}, "S3.NoSuchBucketException"),
        ("putObject", {"Bucket": "sfn-foreign", "Key": "a", "Body": {}}, "S3.S3Exception"),
        ("getObject", {"Bucket": "sfn-foreign", "Key": "a"}, "S3.S3Exception"),
    ],
)
def test_errors_of_s3_are_named_as_in_aws(
    jobs_aws: Running, action: str, arguments: dict[str, Any], error: str
) -> None:
    """What is missing has a name of its own; what is forbidden is S3's general error."""
    foreign = client(jobs_aws, "s3", STAGING)
    foreign.create_bucket(Bucket="sfn-foreign")
    foreign.put_object(Bucket="sfn-foreign", Key="a", Body=b"{}")

    assert output(jobs_aws, caught(f"aws-sdk:s3:{action}", arguments))["Error"] == error


def test_another_accounts_bucket_lets_in_whom_it_names(jobs_aws: Running) -> None:
    """A bucket policy opens a bucket for the machine's account."""
    s3 = client(jobs_aws, "s3", STAGING)
    s3.create_bucket(Bucket="sfn-open")
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{DEV}:root"},
        "Action": ["s3:GetObject", "s3:PutObject"],
        "Resource": "arn:aws:s3:::sfn-open/*",
    }
    s3.put_bucket_policy(Bucket="sfn-open", Policy=json.dumps({"Statement": [statement]}))
    key = {"Bucket": "sfn-open", "Key": "a"}
    states = {
        "Put": task("aws-sdk:s3:putObject", {**key, "Body": {"a": 1}}, Next="Get"),
        "Get": task("aws-sdk:s3:getObject", key, Output="{% $states.result.Body %}"),
    }

    assert output(jobs_aws, states) == '{"a":1}'
