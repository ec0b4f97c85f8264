"""What the doors beside git need of the outside world: the API, and the bucket for configs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A file that is to be committed, for people to look at first.

    Attributes:
        branch: that it comes on; the same proposal has the same.
        path: of the file in the repository.
    """

    branch: str
    path: str
    content: bytes
    title: str
    body: str


class Proposals(Protocol):
    """Pull requests that we open."""

    def open(self, proposal: Proposal) -> str:
        """Open a pull request, or find the one that is there; give its address.

        Empty where the file says this already, so that there is nothing to propose.

        Raises:
            ReadOnlyToken: the token may not write.
            HostError: the host refused, or was not reached.
        """


class PipelineStates(Protocol):
    """CodePipeline, in its own words."""

    def told(self, pipeline: str) -> Mapping[str, Any] | None:
        """Give what GetPipelineState tells, without approvals' tokens; None for no pipeline."""


class Drops(Protocol):
    """The bucket that takes configs."""

    def read(self, key: str, version: str) -> bytes | None:
        """Read one version of an object; None if it is not there any more."""

    def newest(self, key: str) -> str | None:
        """Give the newest version of an object; None if there is none, or it was deleted."""


class Notices(Protocol):
    """The installation's topic."""

    def tell(self, subject: str, text: str) -> None:
        """Tell whoever subscribed."""


class Leftovers(Protocol):
    """The queue of what could not be done."""

    def keep(self, left: Mapping[str, Any]) -> None:
        """Keep what a person has to look after."""


class Later(Protocol):
    """Whoever goes on with what takes longer than a caller waits."""

    def hand_over(self, event: Mapping[str, Any]) -> None:
        """Have an event handled by itself, soon."""
