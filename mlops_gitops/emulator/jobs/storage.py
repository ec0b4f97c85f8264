"""S3 as a job sees it: as its account, so that bucket policies of other accounts count."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError


class StorageError(Exception):
    """S3 refused; its own sentence."""


class Storage:
    """S3 of one account.

    Args:
        client: a boto3 client.
    """

    def __init__(self, client: Any) -> None:
        self._client = client

    def keys(self, uri: str) -> list[str]:
        """The keys that begin as the location does.

        Raises:
            StorageError: the bucket does not exist or may not be listed.
        """
        bucket, prefix = split(uri)
        with _told():
            pages = self._client.get_paginator("list_objects_v2")
            found = pages.paginate(Bucket=bucket, Prefix=prefix)
            return [entry["Key"] for page in found for entry in page.get("Contents", ())]

    def write(self, uri: str, content: bytes) -> None:
        """Put an object.

        Raises:
            StorageError: the bucket does not exist or may not be written.
        """
        bucket, key = split(uri)
        with _told():
            self._client.put_object(Bucket=bucket, Key=key, Body=content)


def split(uri: str) -> tuple[str, str]:
    """The bucket and the key of `s3://bucket/key`."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return bucket, key


def inside(folder: str, name: str) -> str:
    """The location of a file in a folder that may end with a slash."""
    return f"{folder.rstrip('/')}/{name}"


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        told = error.response["Error"]
        raise StorageError(f"{told.get('Message')} ({told.get('Code')})") from error
