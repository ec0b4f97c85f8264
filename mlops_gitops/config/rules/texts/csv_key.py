"""MG104: Data is not the key of a CSV file in the assets bucket.

The key is without bucket and without `s3://`; the bucket is the assets bucket of the settings.
Baselines are made of CSV files with a header line.

Wrong:
    {"baseline_data": "s3://acme-mlops-assets/baselines/churn.csv"}

Right:
    {"baseline_data": "baselines/churn.csv"}
"""

from collections.abc import Iterator

from mlops_gitops.config.key import wrong_in_key
from mlops_gitops.config.said import Said, quoted
from mlops_gitops.config.schemas import Schema


def why(text: str, schema: Schema) -> Said:
    """Find what keeps a text from being the key of a CSV file."""
    because, hint = next(_reasons(text, schema["maxLength"]))
    return Said("MG104", f"{quoted(text)} is no key of a CSV file: {because}.", hint)


def _reasons(text: str, longest: int) -> Iterator[tuple[str, str]]:
    """Give every reason with its hint, the first one being the one to say."""
    if not text.strip():
        yield "it is empty", "Write a key such as 'baselines/churn.csv'."
    yield from wrong_in_key(text, longest)
    if not text.endswith(".csv"):
        yield "it does not end with .csv", "Name a CSV file; its key ends with .csv."
    yield "it is not usable", "Use a key without control characters and leading blanks."
