"""MG132: The name of a job has characters that SageMaker does not take.

Names of jobs have letters, digits and hyphens, none of which begins or ends the name. Source:
CreateTrainingJob, `TrainingJobName`, in the SageMaker API reference.

Wrong:
    {"job_name": "churn_training"}

Right:
    {"job_name": "churn-training"}
"""

from mlops_gitops.config.said import Said, hyphenated, quoted
from mlops_gitops.config.schemas import Schema


def why(text: str, schema: Schema) -> Said:
    """Name what is in the way, and a name without it."""
    longest = schema["maxLength"]
    if len(text) > longest:
        message = f"{quoted(text)} has {len(text)} characters."
        return Said("MG132", message, f"Use up to {longest}.")
    proposal = hyphenated(text)
    instead = f": {quoted(proposal)}" if proposal else ""
    hint = f"Use letters and digits, with hyphens between them{instead}."
    return Said("MG132", f"{quoted(text)} is no name for a job.", hint)
