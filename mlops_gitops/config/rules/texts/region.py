"""MG044: A region is not one of AWS's.

Regions are written as AWS's programs write them, not as the console shows them.

Wrong:
    region: US East 1

Right:
    region: us-east-1
"""

from mlops_gitops.config.said import Said, quoted
from mlops_gitops.config.schemas import Schema


def why(text: str, schema: Schema) -> Said:  # noqa: ARG001 - every rule is asked alike
    """Say what the text should have been."""
    message = f"{quoted(text)} is no region."
    hint = 'Write it as "us-east-1" or "eu-central-1".'
    return Said("MG044", message, hint)
