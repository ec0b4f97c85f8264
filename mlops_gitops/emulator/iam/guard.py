"""The guard: holds each call to the policies of whoever makes it, and notes what was asked."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from mlops_gitops.emulator.iam.decide import Policies, Refusal, decide
from mlops_gitops.emulator.iam.facts import Place
from mlops_gitops.emulator.iam.http import Call, HttpRequest, read_call, region_of
from mlops_gitops.emulator.iam.needs import Need, needs, of_keys
from mlops_gitops.emulator.iam.policy import Asked, Context, Principal

Note = Callable[[str, str, str], None]
"""Is told of each role, action and resource that is not refused."""


class Holdings(Protocol):
    """What the emulated accounts hold."""

    def principal(self, request: HttpRequest) -> Principal | None:
        """Who signed a request; None for nobody that is known."""

    def role(self, arn: str) -> Principal | None:
        """A role, as a service acts as it."""

    def policies(self, asked: Asked) -> Policies:
        """All policies that have a say."""

    def key_of(self, resource: str) -> str | None:
        """The key of a bucket or topic, by its ARN or that of what is in it."""

    def key_id_of(self, alias_or_id: str, place: Place) -> str:
        """The ARN of a key that a call names in one of its ways."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Denied:
    """A call that is refused."""

    asked: Asked
    refusal: Refusal

    @property
    def message(self) -> str:
        """AWS's sentence."""
        return self.refusal.message(self.asked)


class Guard:
    """Refuses, or only notes.

    Args:
        holdings: the accounts.
        note: is told of what roles ask.
        enforcing: whether what policies do not allow is refused.
    """

    def __init__(self, holdings: Holdings, note: Note, *, enforcing: bool) -> None:
        self._holdings = holdings
        self._note = note
        self._enforcing = enforcing

    def check(self, request: HttpRequest) -> tuple[Call, Denied] | None:
        """Look at a request; says why it is refused, if it is."""
        principal = self._holdings.principal(request)
        call = read_call(request) if principal is not None else None
        if principal is None or call is None:
            return None
        partition = principal.arn.split(":")[1]
        place = Place(partition, region_of(request), principal.account)
        if call.service == "kms" and isinstance(call.parameters.get("KeyId"), str):
            key = self._holdings.key_id_of(call.parameters["KeyId"], place)
            call = Call(
                service=call.service,
                operation=call.operation,
                parameters={**call.parameters, "KeyId": key},
            )
        wanted = needs(call, request.method, place)
        denied = self.check_needs(principal, self._with_keys(wanted, call, place), place)
        return (call, denied) if denied is not None else None

    def check_call(self, role: str, call: Call, place: Place) -> Denied | None:
        """Look at what a service does as a role."""
        wanted = needs(call, "POST", place)
        return self.check_as(role, self._with_keys(wanted, call, place), place)

    def check_as(self, role: str, wanted: Iterable[Need], place: Place) -> Denied | None:
        """Look at actions that a service carries out as a role."""
        principal = self._holdings.role(role)
        return None if principal is None else self.check_needs(principal, wanted, place)

    def check_needs(
        self, principal: Principal, wanted: Iterable[Need], place: Place
    ) -> Denied | None:
        """Look at actions of somebody."""
        for need in wanted:
            denied = self._decided(principal, need, place) if self._enforcing else None
            if denied is not None:
                return denied
            if not principal.is_root:
                self._note(principal.role, need.action, need.resource)
        return None

    def _decided(self, principal: Principal, need: Need, place: Place) -> Denied | None:
        asked = _asked(principal, need, place)
        policies = self._holdings.policies(asked)
        owner = {"aws:resourceaccount": (policies.owner,)}  # ARNs of buckets do not tell
        asked = replace(asked, context={**asked.context, **owner})
        if principal.is_root and policies.owner != principal.account:
            return None  # services that act as an account itself reach into others
        refusal = decide(asked, policies)
        if refusal is None or (principal.is_root and not refusal.explicit):
            return None
        return Denied(asked=asked, refusal=refusal)

    def _with_keys(self, wanted: Iterable[Need], call: Call, place: Place) -> Iterator[Need]:
        for need in wanted:
            yield need
            key = self._holdings.key_of(need.resource)
            if key is not None:
                yield from of_keys(need, call, key, place)


def _asked(principal: Principal, need: Need, place: Place) -> Asked:
    always: Mapping[str, tuple[str, ...]] = {
        "aws:principalarn": (principal.role,),
        "aws:principalaccount": (principal.account,),
        "aws:principaltype": ("Account" if principal.is_root else "AssumedRole",),
        "aws:requestedregion": (place.region,),
        # Loopback stands for TLS; a policy that asks for it would refuse everybody here.
        "aws:securetransport": ("true",),
        "aws:viaawsservice": ("false",),
    }
    context: Context = {**always, **need.context}
    return Asked(principal=principal, action=need.action, resource=need.resource, context=context)
