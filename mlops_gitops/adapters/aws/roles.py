"""IAM: which roles there are, and who may assume them."""

from collections.abc import Mapping
from typing import Any

from mlops_gitops.adapters.aws.session import PLAN_ROLE, Accounts, call
from mlops_gitops.errors import AwsError


class IamRoles:
    """Roles of stage accounts, read as the plan role, and of our own account, as ourselves."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def enter(self, account: str) -> str:
        """Assume the plan role of an account; give the ARN that we have there.

        Raises:
            NotAuthorized: it does not let us, or there is none.
        """
        client = self._accounts.client(account, PLAN_ROLE, "sts")
        where = f"While asking who we are in {account}"
        arn: str = call(where, client.get_caller_identity)["Arn"]
        return arn

    def trust(self, account: str, role: str) -> Mapping[str, Any] | None:
        """Give who may assume a role of bootstrap's; None if there is no such role."""
        client = self._accounts.client(account, PLAN_ROLE, "iam")
        return _trust(client, f"While reading role {role} of {account}", role)

    def own_trust(self, role: str) -> Mapping[str, Any] | None:
        """Give who may assume a role of the caller's account; None if there is no such role."""
        return _trust(self._accounts.own("iam"), f"While reading role {role}", role)


def _trust(client: Any, where: str, role: str) -> Mapping[str, Any] | None:
    try:
        found = call(where, client.get_role, RoleName=role)
    except AwsError as error:
        if error.code == "NoSuchEntity":
            return None
        raise
    trust: Mapping[str, Any] = found["Role"]["AssumeRolePolicyDocument"]
    return trust
