"""Objects of the bucket that takes configs, as S3's events tell of them.

Keys are URL-encoded there, and an event may tell of several objects. Source: "Event message
structure", Amazon S3 user guide.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote_plus

from mlops_gitops.use_cases.drop import Dropped

_CREATED = "ObjectCreated:"


def dropped_in(event: Mapping[str, Any]) -> Iterator[Dropped]:
    """Name the objects that an event says were made."""
    for record in event.get("Records", ()):
        if not str(record.get("eventName", "")).startswith(_CREATED):
            continue
        s3 = record["s3"]
        yield Dropped(
            bucket=s3["bucket"]["name"],
            key=unquote_plus(s3["object"]["key"]),
            version=s3["object"].get("versionId", ""),
            by=record.get("userIdentity", {}).get("principalId", ""),
        )
