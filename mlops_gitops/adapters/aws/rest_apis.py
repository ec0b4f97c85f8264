"""API Gateway: what is set once for an account and region."""

from mlops_gitops.adapters.aws.session import PLAN_ROLE, Accounts, call


class ApiGatewayAccounts:
    """The account's own settings, read as its plan role."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def log_role(self, account: str) -> str:
        """Give the ARN of the role that writes its logs; empty if none is set."""
        client = self._accounts.client(account, PLAN_ROLE, "apigateway")
        found = call(f"While reading API Gateway's settings of {account}", client.get_account)
        return str(found.get("cloudwatchRoleArn", ""))
