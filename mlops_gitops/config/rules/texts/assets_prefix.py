"""MG131: Data or output is not given by a key or prefix in the assets bucket.

The key is without bucket and without `s3://`; the bucket is the assets bucket of the settings.

Wrong:
    {"training_data": "s3://acme-mlops-assets/data/churn/train.csv"}

Right:
    {"training_data": "data/churn/train.csv"}
"""

import re
from collections.abc import Iterator

from mlops_gitops.config.said import Said, quoted
from mlops_gitops.config.schemas import Schema


def why(text: str, schema: Schema) -> Said:
    """Find what keeps a text from being a key or prefix."""
    if text == "":
        return Said("MG131", "The key is empty.", "Write a key or prefix in the assets bucket.")
    because, hint = next(_reasons(text, schema["maxLength"]))
    return Said("MG131", f"{quoted(text)} is no key in the assets bucket: {because}.", hint)


def _reasons(text: str, longest: int) -> Iterator[tuple[str, str]]:
    """Give every reason with its hint, the first one being the one to say."""
    if "://" in text:
        key = text.split("://", 1)[1].partition("/")[2] or "data/train.csv"
        yield "it is a URL", f"Write the key in the assets bucket alone: {quoted(key)}."
    if text.startswith("/"):
        yield "it begins with a slash", f"Write {quoted(text.lstrip('/'))}."
    if len(text) > longest:
        yield f"it has {len(text)} characters", f"Use up to {longest}."
    if {".", ".."} & set(text.split("/")):
        yield "it has '.' or '..' in it", "Write the key itself."
    if "//" in text:
        single = re.sub("/{2,}", "/", text)
        yield "it has two slashes in a row", f"Write {quoted(single)}."
    for mark in (mark for mark in text if mark in "*?$\\"):
        yield f"it has {mark} in it, which means more in policies", f"Leave {mark} out."
    yield "it begins with a blank or has control characters", "Write the key itself."
