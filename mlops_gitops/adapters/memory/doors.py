"""The services around API and drop bucket, in dicts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mlops_gitops.adapters.memory.atomic import atomic
from mlops_gitops.ports.doors import Proposal


@atomic
@dataclass(slots=True)
class MemoryDrops:
    """Versions of objects, oldest first; None is a delete marker."""

    objects: dict[str, list[bytes | None]] = field(default_factory=dict)

    def put(self, key: str, content: bytes | None) -> str:
        """Put a new version there; give its name."""
        self.objects.setdefault(key, []).append(content)
        return str(len(self.objects[key]))

    def read(self, key: str, version: str) -> bytes | None:
        """Read one version of an object; None if it is not there any more."""
        return self.objects[key][int(version) - 1]

    def newest(self, key: str) -> str | None:
        """Give the newest version of an object; None if there is none, or it was deleted."""
        versions = self.objects.get(key, [])
        return str(len(versions)) if versions and versions[-1] is not None else None


@atomic
@dataclass(slots=True)
class MemoryNotices:
    """What was told, subject and text."""

    told: list[tuple[str, str]] = field(default_factory=list)

    def tell(self, subject: str, text: str) -> None:
        """Tell whoever subscribed."""
        self.told.append((subject, text))


@atomic
@dataclass(slots=True)
class MemoryLeftovers:
    """What is left to people."""

    kept: list[Mapping[str, Any]] = field(default_factory=list)

    def keep(self, left: Mapping[str, Any]) -> None:
        """Keep what a person has to look after."""
        self.kept.append(left)


@atomic
@dataclass(slots=True)
class MemoryLater:
    """What was handed over, and is handled when a test says so."""

    events: list[Mapping[str, Any]] = field(default_factory=list)

    def hand_over(self, event: Mapping[str, Any]) -> None:
        """Have an event handled by itself, soon."""
        self.events.append(event)


@atomic
@dataclass(slots=True)
class MemoryProposals:
    """Pull requests by their branches."""

    opened: dict[str, Proposal] = field(default_factory=dict)
    committed: dict[str, bytes] = field(default_factory=dict)

    def open(self, proposal: Proposal) -> str:
        """Open a pull request, or find the one that is there; see `Proposals.open`."""
        if self.committed.get(proposal.path) == proposal.content:
            return ""
        self.opened[proposal.branch] = proposal
        number = [*self.opened].index(proposal.branch) + 1
        return f"https://github.example/acme/models/pull/{number}"
