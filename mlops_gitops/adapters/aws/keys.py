"""KMS: how a key is, and what its policy says."""

import json
from collections.abc import Mapping
from typing import Any

from mlops_gitops.adapters.aws.session import Accounts, call
from mlops_gitops.errors import AwsError


class KmsKeys:
    """Keys, read with the caller's own credentials."""

    def __init__(self, accounts: Accounts) -> None:
        self._client = accounts.own("kms")

    def state(self, arn: str) -> str:
        """Give a key's state, `Enabled` if it can be used; empty if there is no such key."""
        try:
            found = call(f"While reading key {arn}", self._client.describe_key, KeyId=arn)
        except AwsError as error:
            if error.code == "NotFoundException":
                return ""
            raise
        state: str = found["KeyMetadata"]["KeyState"]
        return state

    def policy(self, arn: str) -> Mapping[str, Any]:
        """Give the key's policy; there is one, and its name is always `default`."""
        where = f"While reading the policy of key {arn}"
        found = call(where, self._client.get_key_policy, KeyId=arn, PolicyName="default")
        policy: Mapping[str, Any] = json.loads(found["Policy"])
        return policy
