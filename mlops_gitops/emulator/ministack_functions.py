"""Functions of ministack's Lambda act as their roles, and not as their account's root.

Import it only after `prepare_environment`.

Private hooks in use, held by `tests/emulator/test_ministack_hooks.py`: `execution_credentials` of
`core.lambda_runtime` and, where it was imported to, of `services.lambda_svc`;
`services.sts.register_session`.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc, sts

_LONGEST_SESSION = 64


def act_as_roles() -> None:
    """Give functions the credentials of a session of their role, as Lambda does."""
    lambda_runtime.execution_credentials = _credentials
    lambda_svc.execution_credentials = _credentials


def _credentials(function: Mapping[str, Any]) -> dict[str, str]:
    role, name = function["Role"], function["FunctionName"][:_LONGEST_SESSION]
    partition, account = role.split(":")[1], role.split(":")[4]
    digest = hashlib.sha256(f"{function['FunctionArn']} {role}".encode()).hexdigest()
    credentials = {
        "AWS_ACCESS_KEY_ID": f"ASIA{digest[:16].upper()}",
        "AWS_SECRET_ACCESS_KEY": digest[16:56],
        "AWS_SESSION_TOKEN": digest,
    }
    role_name = role.rsplit("/", 1)[-1]
    session = {
        "Arn": f"arn:{partition}:sts::{account}:assumed-role/{role_name}/{name}",
        "UserId": f"{role_name}:{name}",
        "SecretAccessKey": credentials["AWS_SECRET_ACCESS_KEY"],
        "SessionToken": credentials["AWS_SESSION_TOKEN"],
    }
    sts.register_session(credentials["AWS_ACCESS_KEY_ID"], session)
    return credentials
