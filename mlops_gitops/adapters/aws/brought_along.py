"""A bucket and a key that were there before us: read with the caller's own credentials."""

import json
from collections.abc import Mapping
from typing import Any

from mlops_gitops.adapters.aws.session import Accounts, call
from mlops_gitops.errors import AwsError

_NO_BUCKET = {"404", "NoSuchBucket", "NotFound"}
_NO_POLICY = "NoSuchBucketPolicy"


class AwsBroughtAlong:
    """S3 and KMS, as far as a policy and a setting are looked at."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def bucket_policy(self, bucket: str) -> Mapping[str, Any] | None:
        """Read a bucket's policy; None if there is no such bucket, without statements for none."""
        where = f"While reading the policy of bucket {bucket}"
        try:
            answer = call(where, self._accounts.own("s3").get_bucket_policy, Bucket=bucket)
        except AwsError as error:
            if error.code in _NO_BUCKET:
                return None
            if error.code == _NO_POLICY:
                return {"Statement": []}
            raise
        policy: Mapping[str, Any] = json.loads(answer["Policy"])
        return policy

    def is_versioned(self, bucket: str) -> bool:
        """Whether a bucket keeps every version of its objects."""
        where = f"While looking whether bucket {bucket} keeps versions"
        answer = call(where, self._accounts.own("s3").get_bucket_versioning, Bucket=bucket)
        return bool(answer.get("Status") == "Enabled")

    def key_policy(self, arn: str) -> Mapping[str, Any]:
        """Read the policy of a key. A key has one, and it is called so: GetKeyPolicy, KMS."""
        client = self._accounts.own("kms")
        answer = call(
            f"While reading the policy of {arn}",
            client.get_key_policy,
            KeyId=arn,
            PolicyName="default",
        )
        policy: Mapping[str, Any] = json.loads(answer["Policy"])
        return policy

    def key_of(self, bucket: str) -> str:
        """Give the ARN of the key that a bucket encrypts with by default; empty for none."""
        where = f"While looking for the key of bucket {bucket}"
        answer = call(where, self._accounts.own("s3").get_bucket_encryption, Bucket=bucket)
        for rule in answer["ServerSideEncryptionConfiguration"]["Rules"]:
            key: str = rule.get("ApplyServerSideEncryptionByDefault", {}).get("KMSMasterKeyID", "")
            if key:
                return key
        return ""
