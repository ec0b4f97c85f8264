"""What a bucket and a key that were there before tell us."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from embedded_aws import client, in_environment

from mlops_gitops.adapters.aws.brought_along import AwsBroughtAlong
from mlops_gitops.adapters.aws.session import Accounts
from mlops_gitops.adapters.memory.brought_along import MemoryBroughtAlong
from mlops_gitops.emulator.lifecycle import Running
from mlops_gitops.errors import AwsError
from mlops_gitops.ports.bootstrap import BroughtAlong

NOBODYS_KEY = "00000000-0000-0000-0000-000000000000"
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "TlsOnly",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": "arn:aws:s3:::brought/*",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ],
}


@dataclass(frozen=True, slots=True)
class Theirs:
    """A bucket that tells all, one that tells nothing, and a key."""

    brought: BroughtAlong
    key: str
    key_policy: Mapping[str, Any]


def on_aws(embedded: Running) -> Theirs:
    """Make them in the embedded AWS."""
    s3, kms = client(embedded, "s3"), client(embedded, "kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    for bucket in ("brought", "bare"):
        s3.create_bucket(Bucket=bucket)
    s3.put_bucket_policy(Bucket="brought", Policy=json.dumps(POLICY))
    s3.put_bucket_versioning(Bucket="brought", VersioningConfiguration={"Status": "Enabled"})
    rule = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    s3.put_bucket_encryption(
        Bucket="brought",
        ServerSideEncryptionConfiguration={"Rules": [{"ApplyServerSideEncryptionByDefault": rule}]},
    )
    policy = json.loads(kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"])
    return Theirs(AwsBroughtAlong(Accounts("us-east-1")), key, policy)


def in_memory(_: Running) -> Theirs:
    """Make them in memory."""
    brought, key = MemoryBroughtAlong(), "arn:aws:kms:us-east-1:111111111111:key/1"
    brought.buckets = {"brought": POLICY, "bare": {"Statement": []}}
    brought.unversioned = {"bare"}
    brought.default_keys = {"brought": key}
    brought.keys = {key: POLICY}
    return Theirs(brought, key, POLICY)


@pytest.mark.parametrize("make", [on_aws, in_memory])
def test_they_are_told_as_they_are(embedded: Running, make: Callable[[Running], Theirs]) -> None:
    """Policies whole, none where there is none, and no bucket told from no policy."""
    with in_environment(embedded):
        hold(make(embedded))


def hold(theirs: Theirs) -> None:
    """Hold one side to it."""
    brought = theirs.brought
    found = brought.bucket_policy("brought")
    assert found is not None
    assert found["Statement"] == POLICY["Statement"]
    assert brought.bucket_policy("bare") == {"Statement": []}
    assert brought.bucket_policy("nobodys-bucket-at-all") is None
    assert (brought.is_versioned("brought"), brought.is_versioned("bare")) == (True, False)
    assert brought.key_policy(theirs.key) == theirs.key_policy
    assert brought.key_of("brought") == theirs.key
    with pytest.raises(AwsError):
        brought.key_of("nobodys-bucket-at-all")
    with pytest.raises(AwsError):
        brought.key_policy(theirs.key.rpartition("/")[0] + f"/{NOBODYS_KEY}")
