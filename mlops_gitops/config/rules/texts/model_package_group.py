"""MG135: The name of a model package group has characters that SageMaker does not take.

Up to 63 letters, digits and hyphens, a letter or digit first and last. It is the name, not the ARN:
the group is in the orchestrator account. Source: CreateModelPackageGroup, `ModelPackageGroupName`,
in the SageMaker API reference.

Wrong:
    {"model_package_group": "churn_models"}

Right:
    {"model_package_group": "churn-models"}
"""

from mlops_gitops.config.said import Said, hyphenated, quoted
from mlops_gitops.config.schemas import Schema


def why(text: str, schema: Schema) -> Said:
    """Name what is in the way, and a name without it."""
    message = f"{quoted(text)} is no name of a model package group."
    if len(text) > schema["maxLength"] and not text.startswith("arn:"):
        return Said("MG135", message, f"Use up to {schema['maxLength']} characters.")
    last = text.rpartition("/")[2] if text.startswith("arn:") else text
    proposal = hyphenated(last)
    instead = f": {quoted(proposal)}" if proposal else ""
    hint = f"Use letters and digits, with hyphens between them{instead}."
    return Said("MG135", message, hint)
