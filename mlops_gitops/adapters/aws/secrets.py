"""Secrets Manager: which secrets there are. Their values are not read."""

from mlops_gitops.adapters.aws.session import Accounts, call
from mlops_gitops.errors import AwsError


class ManagedSecrets:
    """Secrets, looked for with the caller's own credentials."""

    def __init__(self, accounts: Accounts) -> None:
        self._client = accounts.own("secretsmanager")

    def is_there(self, arn: str) -> bool:
        """Tell whether there is one, and it is not about to be deleted."""
        where = f"While looking for secret {arn}"
        try:
            found = call(where, self._client.describe_secret, SecretId=arn)
        except AwsError as error:
            if error.code == "ResourceNotFoundException":
                return False
            raise
        return "DeletedDate" not in found
