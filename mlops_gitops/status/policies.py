"""Policies, as far as they let somebody in: read, and not tried.

This is no policy engine. It looks for the statement that our own templates would write, or one
that is as good; a denial that names other conditions is not seen.
"""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

Policy = Mapping[str, Any]
_PRINCIPAL = "aws:principalarn"
_MATCHING = {"arnequals", "arnlike", "stringequals", "stringlike"}


def allows(policy: Policy, action: str, resource: str, principal: str) -> bool:
    """Tell whether some statement lets a role or account do something.

    Args:
        policy: of a bucket, a key, or of who may assume a role.
        action: such as `kms:Decrypt`.
        resource: an ARN; what it names may be a pattern. Trust documents name none.
        principal: ARN of a role, or of a whole account (`...:root`).
    """
    return any(
        _is_about(statement, action)
        and _reaches(statement, resource)
        and _is_named(statement, principal)
        and _is_met(statement, principal)
        for statement in _statements(policy, "Allow")
    )


def trusts(policy: Policy, kind: str, pattern: str, action: str) -> bool:
    """Tell whether a trust document names a service (`Service`) or provider (`Federated`)."""
    return any(
        _is_about(statement, action)
        and any(fnmatchcase(each, pattern) for each in _principals(statement, kind))
        for statement in _statements(policy, "Allow")
    )


def mentions(policy: Policy, text: str) -> bool:
    """Tell whether a condition of a statement that lets in has a text in a value."""
    return any(
        text.lower() in value.lower()
        for statement in _statements(policy, "Allow")
        for _, _, values in _conditions(statement)
        for value in values
    )


def refuses_plain_http(policy: Policy) -> bool:
    """Tell whether everybody is refused who comes without TLS.

    Source: "Enforcing encryption of data in transit", S3 user guide.
    """
    return any(
        _is_about(statement, "s3:GetObject")
        and "*" in _principals(statement, "AWS")
        and any(
            (operator, key, values) == ("bool", "aws:securetransport", ("false",))
            for operator, key, values in _conditions(statement)
        )
        for statement in _statements(policy, "Deny")
    )


def admitted(policy: Policy) -> tuple[str, ...]:
    """Name the patterns of ARNs that conditions of a trust document let in."""
    return tuple(
        value
        for statement in _statements(policy, "Allow")
        for _, key, values in _conditions(statement)
        if key == _PRINCIPAL
        for value in values
    )


def _statements(policy: Policy, effect: str) -> Iterator[Mapping[str, Any]]:
    found = policy.get("Statement", ())
    for each in [found] if isinstance(found, Mapping) else found:
        if each.get("Effect") == effect:
            yield each


def _is_about(statement: Mapping[str, Any], action: str) -> bool:
    patterns = _texts(statement.get("Action"))
    return any(fnmatchcase(action.lower(), each.lower()) for each in patterns)


def _reaches(statement: Mapping[str, Any], resource: str) -> bool:
    named = _texts(statement.get("Resource"))
    return ("Resource" not in statement and "NotResource" not in statement) or any(
        fnmatchcase(resource, each) for each in named
    )


def _is_named(statement: Mapping[str, Any], principal: str) -> bool:
    """An account stands for everybody in it that its own policies let."""
    account = principal.split(":")[4]
    named = _principals(statement, "AWS")
    root = f":iam::{account}:root"
    return any(each in {"*", account, principal} or each.endswith(root) for each in named)


def _is_met(statement: Mapping[str, Any], principal: str) -> bool:
    return all(
        any(fnmatchcase(principal, each) for each in values)
        for operator, key, values in _conditions(statement)
        if operator in _MATCHING and key == _PRINCIPAL
    )


def _principals(statement: Mapping[str, Any], kind: str) -> tuple[str, ...]:
    found = statement.get("Principal", ())
    return _texts(found.get(kind) if isinstance(found, Mapping) else found)


def _conditions(statement: Mapping[str, Any]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for operator, tests in statement.get("Condition", {}).items():
        for key, values in tests.items():
            yield operator.lower(), key.lower(), _texts(values)


def _texts(value: Any) -> tuple[str, ...]:
    match value:
        case None:
            return ()
        case str():
            return (value,)
        case bool():
            return (str(value).lower(),)
        case _:
            return tuple(map(str, value))
