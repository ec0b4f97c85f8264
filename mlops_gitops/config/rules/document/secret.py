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

from mlops_gitops.config.said import Said, quoted
from mlops_gitops.config.secrets import find_secret, is_value, names_a_secret, shortened
from mlops_gitops.config.written import Written

_HINT = "Make it invalid where it was issued, then name its successor by ARN, not by value."


def check(written: Written) -> Said | None:
    """Refuse what has the form of a secret, and what its key calls one."""
    found = find_secret(written.text)
    if found is not None:
        kind, secret = found
        what = "The key" if written.is_key else "The text"
        return Said("MG165", f"{what} holds {kind} ({quoted(shortened(secret))}).", _HINT)
    if written.is_key or not is_value(written.text):
        return None
    parts = (part for part in written.path if isinstance(part, str))
    named = next((part for part in parts if names_a_secret(part)), None)
    if named is None:
        return None
    message = f"{quoted(named)} holds a secret ({quoted(shortened(written.text))})."
    return Said("MG165", message, _HINT)
