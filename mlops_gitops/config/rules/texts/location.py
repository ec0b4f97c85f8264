"""MG062: A location is not `bucket/prefix`.

Locations name a bucket and a prefix in it, without `s3://`. The bucket follows S3's naming rules:
3 to 63 lower-case letters, digits, hyphens and dots. Source: "General purpose bucket naming rules",
Amazon S3 user guide.

Wrong:
    {"data_capture_location": "s3://acme-captured/churn"}

Right:
    {"data_capture_location": "acme-captured/churn"}
"""

from collections.abc import Iterator

from mlops_gitops.config.bucket import wrong_in_bucket
from mlops_gitops.config.key import wrong_in_folder, wrong_in_policies
from mlops_gitops.config.said import Said, quoted
from mlops_gitops.config.schemas import Schema


def why(text: str, schema: Schema) -> Said:
    """Find what keeps a text from being a location."""
    because, hint = next(_reasons(text, schema["maxLength"]))
    return Said("MG062", f"{quoted(text)} is no location in a bucket: {because}.", hint)


def _reasons(text: str, longest: int) -> Iterator[tuple[str, str]]:
    """Give every reason with its hint, the first one being the one to say."""
    bucket, _, prefix = text.partition("/")
    wrong = wrong_in_bucket(bucket)
    if "://" in text:
        bare = text.split("://", 1)[1]
        yield "it is written with its scheme", f"Write {quoted(bare)}."
    if text.startswith("/"):
        yield "it begins with a slash", f"Write {quoted(text.lstrip('/'))}."
    if len(text) > longest:
        yield f"it has {len(text)} characters", f"Use up to {longest}."
    if wrong is not None:
        yield f"{quoted(bucket)} {wrong[0]}", wrong[1]
    if {".", ".."} & set(prefix.split("/")):
        yield "it has '.' or '..' in it", "Write the prefix itself."
    yield from wrong_in_folder(text)
    yield from wrong_in_policies(text)
    if text != text.strip():
        yield "it ends with a blank", f"Write {quoted(text.strip())}."
    yield "its prefix begins with a slash or has control characters", "Write bucket/prefix."
