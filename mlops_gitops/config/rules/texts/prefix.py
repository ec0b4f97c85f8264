"""MG046: A prefix cannot begin a stack's name.

Stack names begin with a letter and have letters, digits and hyphens; the prefix is the first part
of all of them, so it is written in lower case. CodePipeline keeps a pipeline's artifacts under the
first 20 characters of its name, and the accounts' policies go by them: a prefix has 19 at most.

Wrong:
    prefix: MLOps_Pipeline

Right:
    prefix: mlops-pipeline
"""

from mlops_gitops.config.said import Said, quoted
from mlops_gitops.config.schemas import Schema


def why(text: str, schema: Schema) -> Said:  # noqa: ARG001 - every rule is asked alike
    """Say what the text should have been."""
    message = f"{quoted(text)} cannot be the first part of stack names."
    hint = "Use up to 19 lower-case letters, digits and single hyphens, a letter first."
    return Said("MG046", message, hint)
