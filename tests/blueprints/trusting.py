"""Whom a role lets in by a token of an identity provider."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

_TESTS = {
    "StringEquals": lambda claim, wanted: claim == wanted,
    # IAM knows `*` and `?` and no brackets, which no subject here has.
    "StringLike": fnmatchcase,
}


def lets_in(role: Mapping[str, Any], provider: str, claims: Mapping[str, str]) -> bool:
    """Tell whether a role's trust policy allows `AssumeRoleWithWebIdentity`.

    Every condition has to hold, each by one of its values; a claim that lacks holds none. Source:
    "Conditions with multiple context keys or values", IAM user guide.

    Args:
        role: a resource of a template, worked out.
        provider: whom the trust policy has to name.
        claims: of the token, as condition keys.
    """
    return any(
        statement["Effect"] == "Allow"
        and statement["Action"] == "sts:AssumeRoleWithWebIdentity"
        and statement["Principal"] == {"Federated": provider}
        and all(
            any(_TESTS[operator](claims.get(key, ""), one) for one in _many(wanted))
            for operator, tests in statement["Condition"].items()
            for key, wanted in tests.items()
        )
        for statement in role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    )


def _many(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]
