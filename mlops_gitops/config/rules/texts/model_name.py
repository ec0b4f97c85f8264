"""MG060: A model's name has characters that CloudFormation does not take.

The name becomes part of the names of stacks, which have letters, digits and hyphens only.

Wrong:
    {"model_name": "churn_model v2"}

Right:
    {"model_name": "churn-model-v2"}
"""

import re

from mlops_gitops.config.said import Said, hyphenated, quoted
from mlops_gitops.config.schemas import Schema


def why(text: str, schema: Schema) -> Said:  # noqa: ARG001 - every rule is asked alike
    """Name the characters that are in the way, and a name without them."""
    if not text.strip():
        return Said("MG060", "The model's name is empty.", 'Write one, such as "churn".')
    proposal = hyphenated(text)
    instead = f": {quoted(proposal)}" if proposal else ""
    because = "has characters that a stack's name cannot have"
    if re.fullmatch(r"[A-Za-z0-9-]+", text):
        because = "begins or ends with a hyphen"
    message = f"{quoted(text)} {because}."
    return Said("MG060", message, f"Use letters, digits and hyphens{instead}.")
