"""MG039: A pattern for configs leaves the repository or names hidden folders.

Patterns are relative to the repository's root, with forward slashes; `**` stands for any folders.

Wrong:
    configs: [../other/mlops-config.json]

Right:
    configs: ["**/mlops-config.json"]
"""

from mlops_gitops.config.said import Said, quoted
from mlops_gitops.config.schemas import Schema


def why(text: str, schema: Schema) -> Said:  # noqa: ARG001 - every rule is asked alike
    """Say what the text should have been."""
    message = f"{quoted(text)} is no pattern of files in the repository."
    hint = 'Write it as "**/mlops-config.json": relative, without hidden folders.'
    return Said("MG039", message, hint)
