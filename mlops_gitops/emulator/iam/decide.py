"""Whether policies let somebody do something, and AWS's sentence if not.

Source: "Policy evaluation logic" and "Troubleshoot access denied error messages", IAM user guide.
Service control policies and VPC endpoint policies are not there to be evaluated.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from mlops_gitops.emulator.iam.conditions import hold
from mlops_gitops.emulator.iam.policy import Asked, Effect, Named, Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """All that has a say.

    Attributes:
        identity: of the role or user.
        boundary: its permissions boundary; None for none, which is not an empty one.
        session: what was passed when the role was assumed; None for nothing.
        resource: the resource's own policy.
        owner: the resource's account.
        needs_resource: whether its policy has to let in the owner's own principals, as keys' and
            roles' do.
    """

    identity: tuple[Policy, ...] = ()
    boundary: Policy | None = None
    session: Policy | None = None
    resource: Policy = ()
    owner: str
    needs_resource: bool = False


class Source(Enum):
    """Kinds of policies, as AWS's sentences call them."""

    IDENTITY = "identity-based policy"
    RESOURCE = "resource-based policy"
    BOUNDARY = "permissions boundary"
    SESSION = "session policy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Who says no.

    Attributes:
        source: which kind of policy denies, or lacks.
        explicit: whether it denies.
    """

    source: Source
    explicit: bool

    def message(self, asked: Asked) -> str:
        """AWS's sentence."""
        article = "an" if self.source is Source.IDENTITY else "a"
        reason = (
            f"with an explicit deny in {article} {self.source.value}"
            if self.explicit
            else f"because no {self.source.value} allows the {asked.action} action"
        )
        return (
            f"User: {asked.principal.arn} is not authorized to perform: {asked.action} "
            f"on resource: {asked.resource} {reason}"
        )


def decide(asked: Asked, policies: Policies) -> Refusal | None:
    """Why somebody may not; None if they may."""
    denied = _denied(asked, policies)
    if denied is not None:
        return Refusal(source=denied, explicit=True)
    lacking = _lacking(asked, policies)
    return None if lacking is None else Refusal(source=lacking, explicit=False)


def _denied(asked: Asked, policies: Policies) -> Source | None:
    sources = {
        Source.IDENTITY: policies.identity,
        Source.BOUNDARY: (policies.boundary or (),),
        Source.SESSION: (policies.session or (),),
    }
    for source, found in sources.items():
        if _says(Effect.DENY, asked, found):
            return source
    named = _named(Effect.DENY, asked, policies.resource)
    return Source.RESOURCE if named is not Named.NOT_AT_ALL else None


def _lacking(asked: Asked, policies: Policies) -> Source | None:
    by_resource = _named(Effect.ALLOW, asked, policies.resource)
    same_account = asked.principal.account == policies.owner
    if (policies.needs_resource or not same_account) and by_resource is Named.NOT_AT_ALL:
        # Who may not ask at all is told of that first.
        return _unless_allowed(asked, policies) or Source.RESOURCE
    if asked.principal.is_root:
        return None
    if same_account and by_resource is Named.ITSELF:
        # "Permissions boundaries and session policies limit it", unless the session is named.
        return _limit(asked, policies)
    return _unless_allowed(asked, policies)


def _unless_allowed(asked: Asked, policies: Policies) -> Source | None:
    if asked.principal.is_root:
        return None
    if not _says(Effect.ALLOW, asked, policies.identity):
        return Source.IDENTITY
    return _limit(asked, policies)


def _limit(asked: Asked, policies: Policies) -> Source | None:
    limits = ((Source.BOUNDARY, policies.boundary), (Source.SESSION, policies.session))
    for source, limit in limits:
        if limit is not None and not _says(Effect.ALLOW, asked, (limit,)):
            return source
    return None


def _says(effect: Effect, asked: Asked, policies: Iterable[Policy]) -> bool:
    return any(
        each.effect is effect and each.is_about(asked) and hold(each.conditions, asked.context)
        for policy in policies
        for each in policy
    )


def _named(effect: Effect, asked: Asked, policy: Policy) -> Named:
    """How closely a resource's policy names who asks, for what they ask."""
    found = [
        each.names(asked.principal)
        for each in policy
        if each.effect is effect and each.is_about(asked) and hold(each.conditions, asked.context)
    ]
    return next(
        (name for name in (Named.ITSELF, Named.BY_ACCOUNT) if name in found), Named.NOT_AT_ALL
    )
