"""MG049: An approver is not given by an ARN.

Who may approve is an IAM user, an IAM role or an assumed role.

Wrong:
    approvers: [Jane]

Right:
    approvers: ["arn:aws:iam::111111111111:role/release-manager"]
"""

from mlops_gitops.config.said import Said, quoted
from mlops_gitops.config.schemas import Schema


def why(text: str, schema: Schema) -> Said:  # noqa: ARG001 - every rule is asked alike
    """Say what the text should have been."""
    message = f"{quoted(text)} is no ARN of a user or role."
    hint = 'Write it as "arn:aws:iam::111111111111:role/release-manager".'
    return Said("MG049", message, hint)
