"""MG138: The name of a repository is not one that Amazon ECR takes.

2 to 256 lower-case letters and digits, with `.`, `_`, `-` and `/` between them. It is the name, not
the URI. Source: CreateRepository, `repositoryName`, in the Amazon ECR API reference.

Wrong:
    {"ecr_repo_name": "Churn Images"}

Right:
    {"ecr_repo_name": "churn-images"}
"""

import re

from mlops_gitops.config.said import Said, quoted
from mlops_gitops.config.schemas import Schema


def why(text: str, schema: Schema) -> Said:
    """Name what is in the way, and a name without it."""
    message = f"{quoted(text)} is no name of a repository in Amazon ECR"
    if ".dkr." in text:
        name = text.partition("/")[2].partition(":")[0] or "churn"
        return Said("MG138", f"{message}: it is a URI.", f"Write the name alone: {quoted(name)}.")
    if not schema["minLength"] <= len(text) <= schema["maxLength"]:
        message = f"{message}: its length is {len(text)}."
        return Said("MG138", message, f"Use {schema['minLength']} to {schema['maxLength']}.")
    proposal = re.sub(r"[^a-z0-9/]+", "-", text.lower()).strip("-/")
    instead = f": {quoted(proposal)}" if re.fullmatch(r"\w[\w/-]+", proposal) else ""
    hint = f"Use lower-case letters and digits, with . _ - and / between them{instead}."
    return Said("MG138", f"{message}.", hint)
