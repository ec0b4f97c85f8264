"""S3: how the assets bucket is set up."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from mlops_gitops.adapters.aws.session import Accounts, call
from mlops_gitops.errors import AwsError

_FIRST, _OLD = "us-east-1", {"EU": "eu-west-1"}
"""Where a bucket is that names no place, and a place that has another name.

Source: GetBucketLocation in the S3 API reference.
"""
_BLOCKS = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")


class S3BucketSettings:
    """One bucket, in the orchestrator account."""

    def __init__(self, accounts: Accounts, bucket: str) -> None:
        self._client = accounts.own("s3")
        self._bucket = bucket

    def region(self) -> str:
        """Say where it is; empty if there is no such bucket."""
        found = self._read(self._client.get_bucket_location, missing="NoSuchBucket")
        if found is None:
            return ""
        place = found.get("LocationConstraint") or _FIRST
        return _OLD.get(place, place)

    def is_versioned(self) -> bool:
        """Tell whether it keeps every version."""
        found = self._read(self._client.get_bucket_versioning)
        return bool(found and found.get("Status") == "Enabled")

    def blocks_public_access(self) -> bool:
        """Tell whether all four blocks of public access are on."""
        missing = "NoSuchPublicAccessBlockConfiguration"
        found = self._read(self._client.get_public_access_block, missing=missing)
        blocks = found["PublicAccessBlockConfiguration"] if found else {}
        return all(blocks.get(each) for each in _BLOCKS)

    def policy(self) -> Mapping[str, Any]:
        """Give its policy; empty if it has none."""
        found = self._read(self._client.get_bucket_policy, missing="NoSuchBucketPolicy")
        policy: Mapping[str, Any] = json.loads(found["Policy"]) if found else {}
        return policy

    def _read(self, operation: Callable[..., Any], missing: str = "") -> Mapping[str, Any] | None:
        where = f"While reading how s3://{self._bucket} is set up"
        try:
            found: Mapping[str, Any] = call(where, operation, Bucket=self._bucket)
        except AwsError as error:
            if missing and error.code == missing:
                return None
            raise
        return found
