"""MG047: A stage's name has characters that names of stacks do not have.

The name of a stage is part of names of stacks and of keys in configs: up to 20 lower-case letters,
digits and hyphens, a letter first.

Wrong:
    stages: [{name: Pre Prod, account: "222222222222"}]

Right:
    stages: [{name: pre-prod, account: "222222222222"}]
"""

from mlops_gitops.config.said import Said, quoted
from mlops_gitops.config.schemas import Schema
from mlops_gitops.config.settings import ORCHESTRATOR


def why(text: str, schema: Schema) -> Said:  # noqa: ARG001 - every rule is asked alike
    """Say what the text should have been."""
    message = f"{quoted(text)} is no name for a stage."
    if text == ORCHESTRATOR:
        hint = "It is the name of what runs in the orchestrator account; choose another one."
        return Said("MG047", message, hint)
    hint = "Use up to 20 lower-case letters, digits and hyphens, a letter first."
    return Said("MG047", message, hint)
