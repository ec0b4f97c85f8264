"""A bucket and a key of somebody else's, in memory."""

from collections.abc import Mapping
from typing import Any

from mlops_gitops.adapters.memory.atomic import atomic
from mlops_gitops.errors import AwsError


@atomic
class MemoryBroughtAlong:
    """What others made.

    Attributes:
        buckets: name -> policy.
        keys: ARN -> policy.
        unversioned: buckets that do not keep versions.
        default_keys: bucket -> ARN of the key that it encrypts with.
    """

    def __init__(self) -> None:
        self.buckets: dict[str, Mapping[str, Any]] = {}
        self.keys: dict[str, Mapping[str, Any]] = {}
        self.unversioned: set[str] = set()
        self.default_keys: dict[str, str] = {}

    def bucket_policy(self, bucket: str) -> Mapping[str, Any] | None:
        """Read a bucket's policy; None if there is no such bucket."""
        return self.buckets.get(bucket)

    def is_versioned(self, bucket: str) -> bool:
        """Whether a bucket keeps every version of its objects."""
        return bucket not in self.unversioned

    def key_policy(self, arn: str) -> Mapping[str, Any]:
        """Read the policy of a key."""
        if arn not in self.keys:
            raise _denied(arn)
        return self.keys[arn]

    def key_of(self, bucket: str) -> str:
        """Give the ARN of the key that a bucket encrypts with by default."""
        if bucket not in self.default_keys:
            raise _denied(bucket)
        return self.default_keys[bucket]


def _denied(what: str) -> AwsError:
    hint = "Grant the permission that AWS names, or use credentials that have it."
    return AwsError(f"AWS said AccessDenied: {what}", hint=hint, code="AccessDenied")
