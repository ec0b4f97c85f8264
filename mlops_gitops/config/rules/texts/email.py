"""MG045: An e-mail address is none.

Notices of approvals and failures are sent to it.

Wrong:
    notifications: {email: ml-team}

Right:
    notifications: {email: ml-team@example.com}
"""

from mlops_gitops.config.said import Said, quoted
from mlops_gitops.config.schemas import Schema


def why(text: str, schema: Schema) -> Said:  # noqa: ARG001 - every rule is asked alike
    """Say what the text should have been."""
    message = f"{quoted(text)} is no e-mail address."
    hint = 'Write it as "ml-team@example.com".'
    return Said("MG045", message, hint)
