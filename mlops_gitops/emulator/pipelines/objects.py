"""S3 as an execution sees it: as its role, with copies of what it read in a folder."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from mlops_gitops.executor.storage import BadUri, split_uri


class Objects:
    """Objects of the embedded S3.

    Args:
        client: a boto3 client, whose calls are the role's.
        folder: where copies are put.
    """

    def __init__(self, client: Any, folder: Path) -> None:
        self._client = client
        self._folder = folder

    def fetch(self, uri: str) -> Mapping[str, Path]:
        """Copy the objects at a URI; by name as a job finds them in its folder.

        Raises:
            BadUri: S3 refuses; the sentence is that of SageMaker's FailureReason.
        """
        bucket, key = split_uri(uri)
        try:
            return self._copies(bucket, key)
        except ClientError as error:
            told = error.response["Error"]
            reason = f"{told.get('Message')} ({told.get('Code')})"
            raise BadUri(
                f"Failed to download data. ListObjectsV2 failed for {uri}: {reason}"
            ) from error

    def keep(self, uri: str, file: Path) -> None:
        """Put an object.

        Raises:
            BadUri: S3 refuses.
        """
        bucket, key = split_uri(uri)
        try:
            self._client.put_object(Bucket=bucket, Key=key, Body=file.read_bytes())
        except ClientError as error:
            told = error.response["Error"]
            reason = f"{told.get('Message')} ({told.get('Code')})"
            raise BadUri(f"Artifact upload failed:{uri}: {reason}") from error

    def _copies(self, bucket: str, key: str) -> dict[str, Path]:
        pages = self._client.get_paginator("list_objects_v2")
        entries = [
            entry["Key"]
            for page in pages.paginate(Bucket=bucket, Prefix=key)
            for entry in page.get("Contents", ())
            if not entry["Key"].endswith("/")
        ]
        if key in entries:
            entries = [key]
        # What lies below a folder of that name has its name without it; a mere prefix keeps it.
        inside = [entry for entry in entries if entry.startswith(f"{key}/")] if key else entries
        base = key.rpartition("/")[0] if key in entries or not inside else key
        return {
            entry.removeprefix(f"{base}/" if base else ""): self._copy(bucket, entry)
            for entry in inside or entries
        }

    def _copy(self, bucket: str, key: str) -> Path:
        target = self._folder / bucket / key
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(self._client.get_object(Bucket=bucket, Key=key)["Body"].read())
        return target
