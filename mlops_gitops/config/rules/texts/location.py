"""MG062: A location is not `bucket/prefix`.

Locations name a bucket and a prefix in it, without `s3://`. The bucket follows S3's naming rules:
3 to 63 lower-case letters, digits, hyphens and dots. Source: "General purpose bucket naming rules",
Amazon S3 user guide.

Wrong:
    {"data_capture_location": "s3://acme-captured/churn"}

Right:
    {"data_capture_location": "acme-captured/churn"}
"""

from mlops_gitops.config.bucket import wrong_in_bucket
from mlops_gitops.config.said import Said, quoted
from mlops_gitops.config.schemas import Schema


def why(text: str, schema: Schema) -> Said:
    """Find what keeps a text from being a location."""
    bucket, _, prefix = text.partition("/")
    if "://" in text:
        bare = text.split("://", 1)[1]
        return _said(text, "it is written with its scheme", f"Write {quoted(bare)}.")
    if not bucket:
        return _said(text, "it begins with a slash", f"Write {quoted(text.lstrip('/'))}.")
    if len(text) > schema["maxLength"]:
        return _said(text, f"it has {len(text)} characters", "S3 keys have up to 1,024.")
    wrong = wrong_in_bucket(bucket)
    if wrong is not None:
        return _said(text, f"{quoted(bucket)} {wrong[0]}", wrong[1])
    if {".", ".."} & set(prefix.split("/")):
        return _said(text, "it has '.' or '..' in it", "Write the prefix itself.")
    if text != text.strip():
        return _said(text, "it ends with a blank", f"Write {quoted(text.strip())}.")
    return _said(text, "its prefix is empty or has control characters", "Write bucket/prefix.")


def _said(text: str, because: str, hint: str) -> Said:
    return Said("MG062", f"{quoted(text)} is no location in a bucket: {because}.", hint)
