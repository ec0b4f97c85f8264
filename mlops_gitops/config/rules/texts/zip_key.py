"""MG137: The source of an image is not the key of a `.zip` in the assets bucket.

The `.zip` holds the Dockerfile and what it needs. The key is without bucket and without `s3://`;
the bucket is the assets bucket of the settings.

Wrong:
    {"custom_algorithm_docker": "images/churn.tar.gz"}

Right:
    {"custom_algorithm_docker": "images/churn.zip"}
"""

from collections.abc import Iterator

from mlops_gitops.config.said import Said, quoted
from mlops_gitops.config.schemas import Schema


def why(text: str, schema: Schema) -> Said:
    """Find what keeps a text from being the key of a .zip."""
    if text == "":
        return Said("MG137", "The key is empty.", "Write the key of a .zip in the assets bucket.")
    because, hint = next(_reasons(text, schema["maxLength"]))
    return Said("MG137", f"{quoted(text)} is no key of a .zip: {because}.", hint)


def _reasons(text: str, longest: int) -> Iterator[tuple[str, str]]:
    """Give every reason with its hint, the first one being the one to say."""
    if "://" in text:
        key = text.split("://", 1)[1].partition("/")[2] or "images/image.zip"
        yield "it is a URL", f"Write the key in the assets bucket alone: {quoted(key)}."
    if text.startswith("/"):
        yield "it begins with a slash", f"Write {quoted(text.lstrip('/'))}."
    if len(text) > longest:
        yield f"it has {len(text)} characters", "S3 keys have up to 1,024."
    if not text.endswith(".zip"):
        yield "it does not end with .zip", "Pack Dockerfile and sources as a .zip."
    if {".", ".."} & set(text.split("/")):
        yield "it has '.' or '..' in it", "Write the key itself."
    hint = "Use a key with a name before .zip and without control characters or leading blanks."
    yield "it is not usable", hint
