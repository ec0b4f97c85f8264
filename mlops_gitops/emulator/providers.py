"""What CloudFormation knows about a resource type, without saying whose CloudFormation.

A provider makes, changes, removes and reads one kind of resource by calling its service. The facts
in it (create-only properties, identifiers) are those of the CloudFormation registry; a test holds
them to the schemas that cfn-lint ships.
"""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from mlops_gitops.emulator.wire import CallError, Scope

Properties = Mapping[str, Any]
Resource = tuple[str, Properties]
"""A physical id, and the attributes that Fn::GetAtt gives."""

Api = Callable[[Scope, str, Properties], dict[str, Any]]
"""Call one operation of a service; raises CallError when the service refuses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceCall:
    """Where a resource is made, and the name it gets if the template gives none."""

    scope: Scope
    generated_name: str


class Lifecycle(Protocol):
    """One resource type, as far as stacks make, change and remove it."""

    @property
    def type_name(self) -> str:
        """`AWS::SageMaker::Model`."""

    @property
    def name_property(self) -> str:
        """The property that names it: `ModelName`."""

    @property
    def name_length(self) -> int:
        """How long a name may be."""

    @property
    def create_only(self) -> frozenset[str]:
        """The registry's createOnlyProperties: a change of one replaces the resource."""

    @property
    def takes_tags(self) -> bool:
        """Whether it has a property `Tags`, which a stack adds its own to."""

    def create(self, call: ResourceCall, properties: Properties) -> Resource:
        """Make it and wait until it stands."""

    def update(
        self, call: ResourceCall, physical_id: str, old: Properties, new: Properties
    ) -> Resource:
        """Change it in place."""

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """Remove it; it may be gone already."""


class Provider(Lifecycle, Protocol):
    """One resource type that can also be read, for drift and import.

    CloudFormation reads on the event loop: `read` must not call another service over HTTP.
    """

    @property
    def identifier(self) -> str:
        """The registry's primaryIdentifier; its value is the physical id."""

    @property
    def comparable(self) -> frozenset[str]:
        """What drift detection compares."""

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Its properties as they are now, or None if it is gone."""

    def adopt(self, scope: Scope, physical_id: str) -> Resource:
        """Take over one that exists."""

    def import_problem(self, scope: Scope, physical_id: str) -> str | None:
        """Why it cannot be adopted, if so."""


class ProvisioningError(Exception):
    """A resource could not be made; the sentence goes into the stack's events."""


def handler_error(error: CallError, service: str) -> ProvisioningError:
    """The sentence CloudFormation writes into its events when a service refuses."""
    return ProvisioningError(
        f'Resource handler returned message: "{error} (Service: {service}, Status Code: 400, '
        f'Error Code: {error.code})" (HandlerErrorCode: InvalidRequest)'
    )


_MAPS = frozenset({"Configuration", "Environment"})


def as_declared(actual: Any, declared: Any, key: str = "") -> Any:
    """What is there, without the members that the template leaves to the service.

    CloudFormation finds drift only in what a template sets; a service's own defaults are none.
    The entries of a map are all the user's: one that was added by hand is drift.
    """
    match actual, declared:
        case dict(), dict():
            kept = actual if key in _MAPS else {k: v for k, v in actual.items() if k in declared}
            return {k: as_declared(v, declared.get(k), k) for k, v in kept.items()}
        case list(), list():
            pairs = itertools.zip_longest(actual, declared[: len(actual)])
            return [as_declared(have, wanted, key) for have, wanted in pairs]
        case _:
            return actual


def changed_tags(old: Properties, new: Properties) -> tuple[list[dict[str, str]], list[str]]:
    """Tags to add or overwrite, and keys to remove, to come from `old` to `new`."""
    before = {tag["Key"]: tag["Value"] for tag in old.get("Tags") or ()}
    after = {tag["Key"]: tag["Value"] for tag in new.get("Tags") or ()}
    added = [{"Key": k, "Value": v} for k, v in after.items() if before.get(k) != v]
    return added, [key for key in before if key not in after]
