"""MG137: The source of an image is not the key of a `.zip` in the assets bucket.

The `.zip` holds the Dockerfile and what it needs. The key is without bucket and without `s3://`;
the bucket is the assets bucket of the settings.

Wrong:
    {"custom_algorithm_docker": "images/churn.tar.gz"}

Right:
    {"custom_algorithm_docker": "images/churn.zip"}
"""

from collections.abc import Iterator

from mlops_gitops.config.key import wrong_in_key
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
    yield from wrong_in_key(text, longest)
    if not text.endswith(".zip"):
        yield "it does not end with .zip", "Pack Dockerfile and sources as a .zip."
    hint = "Use a key with a name before .zip and without control characters or leading blanks."
    yield "it is not usable", hint
