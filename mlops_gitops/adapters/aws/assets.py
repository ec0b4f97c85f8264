"""S3: the versioned assets bucket."""

from collections.abc import Mapping, Sequence
from typing import Any

from mlops_gitops.adapters.aws.paging import drain
from mlops_gitops.adapters.aws.session import Accounts, call, read_body
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

    def contents(self, keys: Sequence[str]) -> Mapping[str, ObjectVersion]:
        """Describe what keys hold just now; those that hold nothing are left out.

        One listing after the other begins just before the next key that is wanted, so a thousand
        keys that lie together cost one call, and what lies between them costs none.
        """
        found: dict[str, ObjectVersion] = {}
        wanted = sorted(keys, key=str.encode)
        while wanted:
            # The key without its last character comes before it in S3's order, the bytes' order.
            page, is_last = self._list(StartAfter=wanted[0][:-1])
            found |= {key: page[key] for key in wanted if key in page}
            if is_last:
                break
            reached = max(key.encode() for key in page)
            wanted = [key for key in wanted[1:] if key.encode() > reached]
        return found

    def listed(self, prefix: str) -> tuple[str, ...]:
        """List the keys that begin with a prefix; see `Assets.listed`."""
        where = f"While listing s3://{self._bucket}/{prefix}"
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=prefix
        )
        return tuple(sorted(each["Key"] for each in drain(where, pages, "Contents")))

    def keep(self, key: str, etag: str, copy: str) -> None:
        """Copy what a key holds, unless the copy is there already.

        Raises:
            Blocked: the key holds something else by now.
        """
        if self.latest(copy) is not None:
            return
        held = self.latest(key)
        if held is None or held.etag != etag:
            hint = "Repeat the command; it looks at what there is now."
            raise Blocked(f"{key} was overwritten since it was looked at.", hint=hint)
        source = {"Bucket": self._bucket, "Key": key, "VersionId": held.version_id}
        # Managed: S3 copies up to 5 GB in one call, more in parts.
        call(
            f"While copying s3://{self._bucket}/{key}",
            self._client.copy,
            CopySource=source,
            Bucket=self._bucket,
            Key=copy,
        )

    def url(self, key: str) -> str:
        """Give the address by which CloudFormation finds an object; keys here need no quoting."""
        return f"{self._client.meta.endpoint_url}/{self._bucket}/{key}"

    def read(self, key: str, version_id: str) -> bytes:
        """Read one version of an object."""
        answer = self._call("While reading", key, self._client.get_object, VersionId=version_id)
        return read_body(f"While reading s3://{self._bucket}/{key}", answer)

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

    def remove(self, key: str) -> None:
        """Put a delete marker over what a key holds; see `Assets.remove`.

        Source: `DeleteObject`, Amazon S3 API reference: of what is not there it says nothing.
        """
        self._call("While removing", key, self._client.delete_object)

    def _list(self, **start: str) -> tuple[dict[str, ObjectVersion], bool]:
        """Give one page of a listing, and whether nothing comes after it."""
        where = f"While listing s3://{self._bucket}"
        page = call(where, self._client.list_objects_v2, Bucket=self._bucket, **start)
        found = {
            each["Key"]: ObjectVersion(
                version_id="", sha256="", etag=each["ETag"].strip('"'), size=each["Size"]
            )
            for each in page.get("Contents", [])
        }
        return found, not page.get("IsTruncated", False)

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
