"""MG103: The threshold of a probability is no number between 0 and 1.

Wrong:
    {"probability_threshold_attribute": "50 %"}

Right:
    {"probability_threshold_attribute": 0.5}
"""

from mlops_gitops.config.said import Said, quoted
from mlops_gitops.config.schemas import Schema


def why(text: str, schema: Schema) -> Said:  # noqa: ARG001 - every rule is asked alike
    """Say what the text should have been."""
    message = f"{quoted(text)} is no probability."
    return Said("MG103", message, "Write a number from 0 to 1, such as 0.5.")
