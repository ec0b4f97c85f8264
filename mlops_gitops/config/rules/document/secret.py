"""MG165: There is a secret in the file.

Configs and settings are read by everybody who may read the repository, and stay in its history for
ever; hyperparameters are shown in clear text by SageMaker's console, too. A secret that was
committed counts as lost: make it invalid, then keep its successor in AWS Secrets Manager and name
it by its ARN. Only the first characters of a secret are ever shown.

Wrong:
    {"algo_hyperparamaters": {"wandb_api_key": "0123456789abcdef0123456789abcdef01234567"}}

Right:
    {"algo_hyperparamaters": {"wandb_secret_arn":
     "arn:aws:secretsmanager:us-east-1:111111111111:secret:wandb-AbCdEf"}}
"""

import re

from mlops_gitops.config.said import Said, quoted
from mlops_gitops.config.secrets import find_secret, shortened
from mlops_gitops.config.written import Written

_LONG_ENOUGH = 6
_SECRET_NAME = re.compile(
    r"(?:^|[_.-])(?:secret|password|passwd|passphrase|pwd|credentials?|api_?key|secret_?access_?key"
    r"|(?:aws_?)?secret_?key|private_?key|client_?secret|access_?token|auth_?token|bearer_?token"
    r"|(?:hf|github|gitlab|slack|hub|huggingface|wandb|api)_?token)$"
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NO_SECRET = ("arn:", "{{", "${", "<", "s3://")
_HINT = "Make it invalid where it was issued, then name its successor by ARN, not by value."


def check(written: Written) -> Said | None:
    """Refuse what has the form of a secret, and what its key calls one."""
    found = find_secret(written.text)
    if found is not None:
        kind, secret = found
        what = "The key" if written.is_key else "The text"
        return Said("MG165", f"{what} holds {kind} ({quoted(shortened(secret))}).", _HINT)
    if written.is_key or not _is_value(written.text):
        return None
    named = next((part for part in written.path if _names_a_secret(part)), None)
    if named is None:
        return None
    message = f"{quoted(str(named))} holds a secret ({quoted(shortened(written.text))})."
    return Said("MG165", message, _HINT)


def _names_a_secret(part: str | int) -> bool:
    return isinstance(part, str) and bool(_SECRET_NAME.search(_CAMEL.sub("_", part).lower()))


def _is_value(text: str) -> bool:
    """Tell whether a text can be a secret itself, rather than the name of one."""
    return len(text) >= _LONG_ENOUGH and not text.startswith(_NO_SECRET)
