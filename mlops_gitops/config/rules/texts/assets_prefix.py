"""MG131: Data or output is not given by a key or prefix in the assets bucket.

The key is without bucket and without `s3://`; the bucket is the assets bucket of the settings.

Wrong:
    {"training_data": "s3://acme-mlops-assets/data/churn/train.csv"}

Right:
    {"training_data": "data/churn/train.csv"}
"""

from collections.abc import Iterator

from mlops_gitops.config.key import wrong_in_folder, wrong_in_key
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
    yield from wrong_in_key(text, longest)
    yield from wrong_in_folder(text)
    yield "it begins with a blank or has control characters", "Write the key itself."
