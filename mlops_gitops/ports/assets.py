"""The assets bucket, as far as we care."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectVersion:
    """One version of an object; `sha256` is empty where another tool wrote it."""

    version_id: str
    sha256: str
    etag: str
    size: int


class Assets(Protocol):
    """The versioned assets bucket."""

    def latest(self, key: str) -> ObjectVersion | None:
        """Describe the newest version of an object; None if there is none."""

    def contents(self, keys: Sequence[str]) -> Mapping[str, ObjectVersion]:
        """Describe what keys hold now, without version ids; those that hold nothing are left out.

        The keys are listed page by page, not asked for one by one.
        """

    def listed(self, prefix: str) -> tuple[str, ...]:
        """List the keys that begin with a prefix and hold something, sorted, page by page."""

    def keep(self, key: str, etag: str, copy: str) -> None:
        """Copy what a key holds, unless the copy is there already.

        Raises:
            Blocked: the key holds something else by now.
        """

    def url(self, key: str) -> str:
        """Give the address by which CloudFormation finds an object."""

    def read(self, key: str, version_id: str) -> bytes:
        """Read one version of an object."""

    def write(self, key: str, content: bytes, sha256: str) -> ObjectVersion:
        """Write a new version of an object, with its digest beside it."""

    def write_after(
        self, previous: ObjectVersion | None, key: str, content: bytes, sha256: str
    ) -> ObjectVersion:
        """Write a new version only if the newest is still the one that was looked at.

        Raises:
            Blocked: somebody else wrote one in between.
        """

    def remove(self, key: str) -> None:
        """Let a key hold nothing from now on; older versions stay. Nothing there is no error."""
