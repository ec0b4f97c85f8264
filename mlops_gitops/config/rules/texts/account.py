"""MG042: An account is not 12 digits.

Wrong:
    orchestrator: {account: "1234"}

Right:
    orchestrator: {account: "111111111111"}
"""

from mlops_gitops.config.said import Said, quoted
from mlops_gitops.config.schemas import Schema


def why(text: str, schema: Schema) -> Said:  # noqa: ARG001 - every rule is asked alike
    """Count the digits."""
    digits = "".join(mark for mark in text if mark in "0123456789")
    message = f"{quoted(text)} is no account: it has {len(digits)} digits of 12."
    if len(digits) == 12:  # noqa: PLR2004 - an account's digits
        message = f"{quoted(text)} is no account: there is more than its digits."
        return Said("MG042", message, f'Write "{digits}".')
    return Said("MG042", message, "Write all 12 digits, in quotes.")
