"""MG131: Data or output is not given by a key or prefix in the assets bucket.

The key is without bucket and without `s3://`; the bucket is the assets bucket of the settings.

Wrong:
    {"training_data": "s3://acme-mlops-assets/data/churn/train.csv"}

Right:
    {"training_data": "data/churn/train.csv"}
"""

from mlops_gitops.config.said import Said, quoted
from mlops_gitops.config.schemas import Schema


def why(text: str, schema: Schema) -> Said:
    """Find what keeps a text from being a key or prefix."""
    if text == "":
        return Said("MG131", "The key is empty.", "Write a key or prefix in the assets bucket.")
    if "://" in text:
        key = text.split("://", 1)[1].partition("/")[2] or "data/train.csv"
        hint = f"Write the key in the assets bucket alone: {quoted(key)}."
        return _said(text, "it is a URL", hint)
    if text.startswith("/"):
        return _said(text, "it begins with a slash", f"Write {quoted(text.lstrip('/'))}.")
    if len(text) > schema["maxLength"]:
        return _said(text, f"it has {len(text)} characters", "S3 keys have up to 1,024.")
    if {".", ".."} & set(text.split("/")):
        return _said(text, "it has '.' or '..' in it", "Write the key itself.")
    return _said(text, "it begins with a blank or has control characters", "Write the key itself.")


def _said(text: str, because: str, hint: str) -> Said:
    return Said("MG131", f"{quoted(text)} is no key in the assets bucket: {because}.", hint)
