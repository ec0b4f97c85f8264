"""MG063: A model artifact is not the key of a `.tar.gz` in the assets bucket.

SageMaker loads models from gzipped tar files. The key is without bucket and without `s3://`; the
bucket is the assets bucket of the settings.

Wrong:
    {"model_artifact_location": "s3://acme-mlops-assets/models/churn/model.tar.gz"}

Right:
    {"model_artifact_location": "models/churn/model.tar.gz"}
"""

from collections.abc import Iterator

from mlops_gitops.config.key import wrong_in_key
from mlops_gitops.config.said import Said, quoted
from mlops_gitops.config.schemas import Schema


def why(text: str, schema: Schema) -> Said:
    """Find what keeps a text from being the key of an artifact."""
    because, hint = next(_reasons(text, schema["maxLength"]))
    return Said("MG063", f"{quoted(text)} is no key of a model artifact: {because}.", hint)


def _reasons(text: str, longest: int) -> Iterator[tuple[str, str]]:
    """Give every reason with its hint, the first one being the one to say."""
    yield from wrong_in_key(text, longest)
    if not text.endswith(".tar.gz"):
        yield "it does not end with .tar.gz", "Pack the model as a .tar.gz."
    hint = "Use a key with a name before .tar.gz and without control characters or leading blanks."
    yield "it is not usable", hint
