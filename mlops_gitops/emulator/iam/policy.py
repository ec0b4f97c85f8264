"""Policy documents as values, and which of their statements are about a request."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any

Context = Mapping[str, tuple[str, ...]]
"""What condition keys hold, keys in lower case; a key that is not there has no value."""


class Effect(Enum):
    """What a statement does."""

    ALLOW = "Allow"
    DENY = "Deny"


class Named(Enum):
    """How a statement names a principal."""

    NOT_AT_ALL = "not at all"
    BY_ACCOUNT = "by its account"
    ITSELF = "itself"


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Whoever asks.

    Attributes:
        arn: as errors name it: of the session, for an assumed role.
        role: ARN of the role with its path, or of the user; what `aws:PrincipalArn` holds.
        account: 12 digits.
        is_root: whether it is the account itself.
        passed: the session policy, as it was passed when the role was assumed; None for none.
    """

    arn: str
    role: str
    account: str
    is_root: bool = False
    passed: "Policy | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One action on one resource, by somebody."""

    principal: Principal
    action: str
    resource: str
    context: Context


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement; of each pair, the first or the second is empty."""

    effect: Effect
    principals: Mapping[str, tuple[str, ...]]
    not_principals: Mapping[str, tuple[str, ...]]
    actions: tuple[str, ...]
    not_actions: tuple[str, ...]
    resources: tuple[str, ...]
    not_resources: tuple[str, ...]
    conditions: Mapping[str, Mapping[str, tuple[str, ...]]]

    def is_about(self, asked: Asked) -> bool:
        """Whether action and resource are this statement's; conditions come separately."""
        return _matches(
            self.actions, self.not_actions, lambda each: like(asked.action, each, fold=True)
        ) and _matches(
            self.resources,
            self.not_resources,
            lambda each: resource_like(asked.resource, with_variables(each, asked.context)),
        )

    def names(self, principal: Principal) -> Named:
        """How a resource's policy names a principal."""
        if self.not_principals:
            named = _named(self.not_principals, principal) is not Named.NOT_AT_ALL
            return Named.NOT_AT_ALL if named else Named.ITSELF
        return _named(self.principals, principal)


Policy = tuple[Statement, ...]


def read_policy(document: str | Mapping[str, Any] | None) -> Policy:
    """Read a policy document; nothing of it where there is none.

    Raises:
        ValueError: it is no policy.
    """
    if not document:
        return ()
    given = json.loads(document) if isinstance(document, str) else document
    if not isinstance(given, Mapping):
        message = "A policy is an object."
        raise ValueError(message)  # noqa: TRY004 -- a value of the wrong kind in a document
    return tuple(_statement(each) for each in _listed(given.get("Statement")))


def _statement(given: Mapping[str, Any]) -> Statement:
    return Statement(
        effect=Effect(given["Effect"]),
        principals=_principals(given.get("Principal")),
        not_principals=_principals(given.get("NotPrincipal")),
        actions=_texts(given.get("Action")),
        not_actions=_texts(given.get("NotAction")),
        resources=_texts(given.get("Resource")),
        not_resources=_texts(given.get("NotResource")),
        conditions={
            operator: {key.lower(): _texts(values) for key, values in tests.items()}
            for operator, tests in (given.get("Condition") or {}).items()
        },
    )


def _principals(given: Any) -> Mapping[str, tuple[str, ...]]:
    if given == "*":
        return {"AWS": ("*",)}
    return {kind: _texts(each) for kind, each in (given or {}).items()}


def _named(principals: Mapping[str, tuple[str, ...]], principal: Principal) -> Named:
    partition = principal.arn.split(":")[1]
    account = {principal.account, f"arn:{partition}:iam::{principal.account}:root"}
    given = principals.get("AWS", ())
    if {"*", principal.arn, principal.role}.intersection(given):
        return Named.ITSELF
    return Named.BY_ACCOUNT if account.intersection(given) else Named.NOT_AT_ALL


def _matches(wanted: tuple[str, ...], unwanted: tuple[str, ...], test: Any) -> bool:
    if unwanted:
        return not any(test(each) for each in unwanted)
    # A trust policy is about its role, and names no resource.
    return not wanted or any(test(each) for each in wanted)


def resource_like(resource: str, pattern: str) -> bool:
    """Whether a resource is one that a pattern names: parts of ARNs are matched one by one.

    A resource whose name is not known ends with `*`, and is covered only if all of them are.
    """
    if pattern == "*" or resource == "*":
        return pattern == "*"
    parts, wanted = resource.split(":", 5), pattern.split(":", 5)
    if len(parts) != len(wanted):
        return False
    return all(like(part, each) for part, each in zip(parts, wanted, strict=True))


def like(text: str, pattern: str, *, fold: bool = False) -> bool:
    """Whether a text fits a pattern with `*` and `?`."""
    return _pattern(pattern, fold).fullmatch(text) is not None


@cache
def _pattern(pattern: str, fold: bool) -> re.Pattern[str]:  # noqa: FBT001 -- for the cache
    parts = (_WILD.get(each, re.escape(each)) for each in pattern)
    return re.compile("".join(parts), re.DOTALL | (re.IGNORECASE if fold else 0))


_LITERAL = {"\1": "*", "\2": "?"}
"""What stands for a star that is meant as one, until texts have been compared."""
_WILD = {"*": ".*", "?": ".", **{mark: re.escape(each) for mark, each in _LITERAL.items()}}
_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_ESCAPED = {"*": "\1", "?": "\2", "$": "$"}


def literal(text: str) -> str:
    """A text whose variables are in, for comparing it as it is."""
    return text.replace("\1", "*").replace("\2", "?")


def with_variables(text: str, context: Context) -> str:
    """Put in what `${aws:PrincipalArn}` and the like stand for.

    One without a value, or with many, makes a text that nothing fits.
    """
    return _VARIABLE.sub(lambda found: _value(found[1], context), text) if "${" in text else text


def _value(variable: str, context: Context) -> str:
    name, comma, default = variable.partition(",")
    if name in _ESCAPED:
        return _ESCAPED[name]
    values = context.get(name.strip().lower(), ())
    if len(values) == 1:
        return values[0]
    return default.strip().strip("'") if comma and not values else "\0"


def _texts(given: Any) -> tuple[str, ...]:
    return tuple(_text(each) for each in _listed(given))


def _text(given: Any) -> str:
    return str(given).lower() if isinstance(given, bool) else str(given)


def _listed(given: Any) -> Iterator[Any]:
    if given is None:
        return
    yield from given if isinstance(given, list | tuple) else (given,)
