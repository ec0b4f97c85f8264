"""MG211: The name of a model card is none that SageMaker takes.

Letters, digits and hyphens between them, up to 63 characters. A card whose config has no `name` is
called like the model. Source: CreateModelCard, `ModelCardName`, in the SageMaker API reference.

Wrong:
    {"name": "churn card"}

Right:
    {"name": "churn-card"}
"""

from mlops_gitops.config.said import Said, hyphenated, quoted
from mlops_gitops.config.schemas import Schema


def why(text: str, schema: Schema) -> Said:
    """Tell a name that is too long from one with wrong characters."""
    longest = schema["maxLength"]
    if len(text) > longest:
        message = f"{quoted(text)} has {len(text)} characters."
        return Said("MG211", message, f"Names of model cards have up to {longest}; shorten it.")
    proposal = hyphenated(text)
    instead = f": {quoted(proposal)}" if proposal else ""
    message = f"{quoted(text)} is no name for a model card."
    return Said("MG211", message, f"Use letters, digits and hyphens between them{instead}.")
