"""STS: who we are."""

from mlops_gitops.adapters.aws.session import Accounts, call


class StsIdentity:
    """The caller's own identity."""

    def __init__(self, accounts: Accounts) -> None:
        self._client = accounts.own("sts")

    def arn(self) -> str:
        """Give the ARN of the caller."""
        arn: str = call("While asking who we are", self._client.get_caller_identity)["Arn"]
        return arn

    def account(self) -> str:
        """Give the account of the caller: 12 digits."""
        account: str = call("While asking who we are", self._client.get_caller_identity)["Account"]
        return account
