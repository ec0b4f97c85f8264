"""Amazon ECR: who may pull from a repository."""

import json
from collections.abc import Mapping
from typing import Any

from mlops_gitops.adapters.aws.session import Accounts, call
from mlops_gitops.errors import AwsError

_MISSING = {"RepositoryNotFoundException", "RepositoryPolicyNotFoundException"}


class EcrRepositories:
    """Repositories of the caller's own registry."""

    def __init__(self, accounts: Accounts) -> None:
        self._client = accounts.own("ecr")

    def policy(self, repository: str) -> Mapping[str, Any]:
        """Give a repository's policy; empty if it has none, or there is no such repository."""
        where = f"While reading the policy of repository {repository}"
        try:
            found = call(where, self._client.get_repository_policy, repositoryName=repository)
        except AwsError as error:
            if error.code in _MISSING:
                return {}
            raise
        policy: Mapping[str, Any] = json.loads(found["policyText"])
        return policy
