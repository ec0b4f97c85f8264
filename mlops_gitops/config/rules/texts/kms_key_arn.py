"""MG064: A KMS key is not given by the ARN of the key.

The ARN of the key is needed, because roles are allowed to use that very key. An alias may point to
another key tomorrow.

Wrong:
    {"kms_key_arn": "arn:aws:kms:us-east-1:111111111111:alias/churn"}

Right:
    {"kms_key_arn": "arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab"}
"""

from mlops_gitops.config.arn import wrong_in_arn
from mlops_gitops.config.said import Said, quoted
from mlops_gitops.config.schemas import Schema

_FORM = "arn:aws:kms:<region>:<account>:key/<key id>"


def why(text: str, schema: Schema) -> Said:  # noqa: ARG001 - every rule is asked alike
    """Find what keeps a text from being the ARN of a key."""
    message = f"{quoted(text)} is no ARN of a KMS key"
    if ":alias/" in text or text.startswith("alias/"):
        hint = f"Write the key's own ARN: {_FORM}; `aws kms describe-key` prints it."
        return Said("MG064", f"{message}: it names an alias.", hint)
    wrong = wrong_in_arn(text, "kms") or "after the account it must say key/ and the key's id"
    return Said("MG064", f"{message}: {wrong}.", f"Write {_FORM}.")
