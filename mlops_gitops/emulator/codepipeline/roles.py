"""Roles: that they exist, whom they trust, and the hop into them.

The embedded AWS lets anyone assume a role that does not even exist, so what AWS would
refuse is refused here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from mlops_gitops.emulator.codepipeline.clients import Clients, Credentials

PIPELINE_SERVICE = "codepipeline.amazonaws.com"
STACK_SERVICE = "cloudformation.amazonaws.com"


class RoleError(Exception):
    """A role that cannot be assumed."""


def account_of(arn: str) -> str:
    """Give the account in an ARN."""
    return arn.split(":")[4]


def check_service_role(clients: Clients, arn: str, service: str, region: str) -> None:
    """Check that a role exists and trusts a service.

    Raises:
        RoleError: It does not.
    """
    if not trusts(_trust_policy(clients, arn, region), "Service", {service}):
        message = f"Role {arn} does not trust {service}"
        raise RoleError(message)


def check_role_trusts_role(clients: Clients, arn: str, caller: str, region: str) -> None:
    """Check that a role exists and trusts another role, or its whole account.

    Raises:
        RoleError: It does not.
    """
    account = account_of(caller)
    partition = caller.split(":")[1]
    accepted = {"*", account, f"arn:{partition}:iam::{account}:root", caller}
    if not trusts(_trust_policy(clients, arn, region), "AWS", accepted):
        message = f"Role {arn} does not trust {caller}"
        raise RoleError(message)


def hop(clients: Clients, who: Credentials, arn: str, session: str, region: str) -> Credentials:
    """Assume a role."""
    sts = clients.of("sts", who, region)
    got = sts.assume_role(RoleArn=arn, RoleSessionName=session)["Credentials"]
    return Credentials(
        key=got["AccessKeyId"], secret=got["SecretAccessKey"], token=got["SessionToken"]
    )


def trusts(policy: Mapping[str, Any], kind: str, accepted: set[str]) -> bool:
    """Say whether a trust policy lets one of these principals assume the role.

    Conditions are not evaluated; an explicit Deny of sts:AssumeRole is.
    """
    return any(
        _speaks_of(statement, kind, accepted) and statement.get("Effect") == "Allow"
        for statement in _listed(policy.get("Statement"))
    ) and not any(
        _speaks_of(statement, kind, accepted)
        and statement.get("Effect") == "Deny"
        and not statement.get("Condition")
        for statement in _listed(policy.get("Statement"))
    )


def _speaks_of(statement: Mapping[str, Any], kind: str, accepted: set[str]) -> bool:
    actions = {str(action).lower() for action in _listed(statement.get("Action"))}
    if not actions & {"sts:assumerole", "sts:*", "*"}:
        return False
    principal = statement.get("Principal")
    if principal == "*":
        return True
    named = principal.get(kind) if isinstance(principal, Mapping) else None
    return bool(accepted.intersection(_listed(named)))


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _trust_policy(clients: Clients, arn: str, region: str) -> Mapping[str, Any]:
    iam = clients.of_account("iam", account_of(arn), region)
    try:
        role = iam.get_role(RoleName=arn.rsplit("/", 1)[-1])["Role"]
    except ClientError as error:
        if error.response["Error"]["Code"] in {"NoSuchEntity", "ValidationError"}:
            message = f"Role {arn} does not exist"
            raise RoleError(message) from error
        raise
    if role["Arn"] != arn:
        message = f"Role {arn} does not exist"
        raise RoleError(message)
    policy: str | Mapping[str, Any] = role["AssumeRolePolicyDocument"]
    if isinstance(policy, str):
        return dict(json.loads(policy))
    return policy
