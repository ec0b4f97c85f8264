"""MG063: A model artifact is not the key of a `.tar.gz` in the assets bucket.

SageMaker loads models from gzipped tar files. The key is without bucket and without `s3://`; the
bucket is the assets bucket of the settings.

Wrong:
    {"model_artifact_location": "s3://acme-mlops-assets/models/churn/model.tar.gz"}

Right:
    {"model_artifact_location": "models/churn/model.tar.gz"}
"""

from mlops_gitops.config.said import Said, quoted
from mlops_gitops.config.schemas import Schema


def why(text: str, schema: Schema) -> Said:
    """Find what keeps a text from being the key of an artifact."""
    if "://" in text:
        key = text.split("://", 1)[1].partition("/")[2] or "models/model.tar.gz"
        hint = f"Write the key in the assets bucket alone: {quoted(key)}."
        return _said(text, "it is a URL", hint)
    if text.startswith("/"):
        return _said(text, "it begins with a slash", f"Write {quoted(text.lstrip('/'))}.")
    if len(text) > schema["maxLength"]:
        return _said(text, f"it has {len(text)} characters", "S3 keys have up to 1,024.")
    if not text.endswith(".tar.gz"):
        return _said(text, "it does not end with .tar.gz", "Pack the model as a .tar.gz.")
    if {".", ".."} & set(text.split("/")):
        return _said(text, "it has '.' or '..' in it", "Write the key itself.")
    hint = "Use a key with a name before .tar.gz and without control characters or leading blanks."
    return _said(text, "it is not usable", hint)


def _said(text: str, because: str, hint: str) -> Said:
    return Said("MG063", f"{quoted(text)} is no key of a model artifact: {because}.", hint)
