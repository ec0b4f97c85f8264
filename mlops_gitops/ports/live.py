"""What AWS has, whatever CloudFormation was given: resources, and CloudFormation's look at them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

from mlops_gitops.desired.stack import StackId


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveResource:
    """A resource as its own service tells it.

    Attributes:
        properties: in the spelling of templates, as values of JSON.
        busy: why it cannot be compared just now, such as `the endpoint is Updating`; else empty.
    """

    properties: Mapping[str, Any]
    busy: str = ""


class Live(Protocol):
    """Services that are asked themselves, as CloudFormation does not look, or not closely."""

    def reads(self, resource_type: str) -> bool:
        """Whether resources of a type can be read."""

    def read(self, account: str, resource_type: str, physical_id: str) -> LiveResource | None:
        """Read one resource; None if it is gone.

        Raises:
            AwsError: the service refused, so nothing is known of it.
        """


class Checked(Enum):
    """CloudFormation's word on a resource, its `StackResourceDriftStatus`."""

    IN_SYNC = "IN_SYNC"
    MODIFIED = "MODIFIED"
    DELETED = "DELETED"
    NOT_CHECKED = "NOT_CHECKED"
    UNKNOWN = "UNKNOWN"
    UNSUPPORTED = "UNSUPPORTED"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceCheck:
    """What CloudFormation found out about one resource.

    Attributes:
        reason: why it could not find out; else empty.
        expected: properties that it compared, with references worked out.
        actual: the same as they are.
    """

    logical_id: str
    status: Checked
    reason: str
    expected: Mapping[str, Any]
    actual: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """How far CloudFormation is; `reason` says why a resource or more could not be looked at."""

    is_over: bool
    reason: str


class DriftDetection(Protocol):
    """CloudFormation's drift detection."""

    def start(self, id_: StackId) -> str:
        """Have a stack looked at; give the id of what was begun.

        Raises:
            AwsError: the stack's status does not allow it, or somebody else has begun one.
        """

    def progress(self, id_: StackId, detection: str) -> Detection:
        """Say how far it is.

        Raises:
            AwsError: there is none by that id.
        """

    def checks(self, id_: StackId) -> tuple[ResourceCheck, ...]:
        """List what was found, page by page; types that it does not know are left out.

        Raises:
            AwsError: there is no such stack.
        """
