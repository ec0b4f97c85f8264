"""S3: the versioned assets bucket."""

from typing import Any

from mlops_gitops.adapters.aws.session import Accounts, call
from mlops_gitops.errors import AwsError, Blocked
from mlops_gitops.ports import ObjectVersion

_DIGEST = "mlops-gitops-sha256"
_MISSING = {"404", "NoSuchKey", "NotFound"}
_OVERTAKEN = {"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"}


class S3Assets:
    """Objects of the assets bucket, in the orchestrator account."""

    def __init__(self, accounts: Accounts, bucket: str) -> None:
        self._client = accounts.own("s3")
        self._bucket = bucket

    def latest(self, key: str) -> ObjectVersion | None:
        """Describe the newest version of an object; None if there is none."""
        try:
            head = self._call("While looking for", key, self._client.head_object)
        except AwsError as error:
            if error.code in _MISSING:
                return None
            raise
        return ObjectVersion(
            version_id=head.get("VersionId", ""),
            sha256=head.get("Metadata", {}).get(_DIGEST, ""),
            etag=head["ETag"].strip('"'),
            size=head["ContentLength"],
        )

    def read(self, key: str, version_id: str) -> bytes:
        """Read one version of an object."""
        answer = self._call("While reading", key, self._client.get_object, VersionId=version_id)
        content: bytes = answer["Body"].read()
        return content

    def write(self, key: str, content: bytes, sha256: str) -> ObjectVersion:
        """Write a new version of an object, with its digest beside it."""
        return self._put(key, content, sha256)

    def write_after(
        self, previous: ObjectVersion | None, key: str, content: bytes, sha256: str
    ) -> ObjectVersion:
        """Write a new version only if the newest is still the one that was looked at.

        Source: "How to prevent object overwrites with conditional writes", S3 user guide.

        Raises:
            Blocked: somebody else wrote one in between.
        """
        condition = {"IfMatch": previous.etag} if previous else {"IfNoneMatch": "*"}
        try:
            return self._put(key, content, sha256, **condition)
        except AwsError as error:
            if error.code in _OVERTAKEN:
                hint = "Repeat the command; it looks at what there is now."
                raise Blocked(f"Somebody else wrote {key} at this moment.", hint=hint) from error
            raise

    def _put(self, key: str, content: bytes, sha256: str, **condition: str) -> ObjectVersion:
        answer = self._call(
            "While uploading",
            key,
            self._client.put_object,
            Body=content,
            Metadata={_DIGEST: sha256},
            **condition,
        )
        etag = answer["ETag"].strip('"')
        version = answer.get("VersionId", "")
        return ObjectVersion(version_id=version, sha256=sha256, etag=etag, size=len(content))

    def _call(self, doing: str, key: str, operation: Any, **arguments: Any) -> Any:
        where = f"{doing} s3://{self._bucket}/{key}"
        return call(where, operation, Bucket=self._bucket, Key=key, **arguments)
