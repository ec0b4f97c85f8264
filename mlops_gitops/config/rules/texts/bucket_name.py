"""MG043: A bucket's name is none that S3 takes.

3 to 63 lower-case letters, digits, hyphens and dots, beginning and ending with a letter or digit.
Source: "General purpose bucket naming rules", Amazon S3 user guide.

Wrong:
    assets_bucket: Acme_Assets

Right:
    assets_bucket: acme-assets
"""

from mlops_gitops.config.bucket import wrong_in_bucket
from mlops_gitops.config.said import Said, quoted
from mlops_gitops.config.schemas import Schema


def why(text: str, schema: Schema) -> Said:  # noqa: ARG001 - every rule is asked alike
    """Find what keeps a text from being a bucket's name."""
    if "://" in text or "/" in text:
        bucket = text.rpartition("://")[2].strip("/").partition("/")[0]
        hint = f"Write the bucket alone: {quoted(bucket)}."
        return Said("MG043", f"{quoted(text)} is no name of a bucket.", hint)
    reason, hint = wrong_in_bucket(text) or ("is no name of a bucket", "Use another name.")
    return Said("MG043", f"{quoted(text)} {reason}.", hint)
