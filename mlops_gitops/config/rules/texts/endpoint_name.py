"""MG061: An endpoint's name is none that SageMaker takes.

Letters, digits and single or several hyphens between them, up to 63 characters. Source:
CreateEndpoint, `EndpointName`, in the SageMaker API reference.

Wrong:
    {"endpoint_name": "churn_endpoint"}

Right:
    {"endpoint_name": "churn-endpoint"}
"""

from mlops_gitops.config.said import Said, hyphenated, quoted
from mlops_gitops.config.schemas import Schema


def why(text: str, schema: Schema) -> Said:
    """Tell a name that is too long from one with wrong characters."""
    longest = schema["maxLength"]
    if len(text) > longest:
        message = (
            f"{quoted(text)} has {len(text)} characters; endpoints' names have up to {longest}."
        )
        return Said("MG061", message, f"Shorten it to {longest} characters.")
    proposal = hyphenated(text)
    instead = f": {quoted(proposal)}" if proposal else ""
    message = f"{quoted(text)} is no name for an endpoint."
    return Said("MG061", message, f"Use letters, digits and hyphens between them{instead}.")
