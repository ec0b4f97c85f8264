"""A versioned bucket in a dict."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256 as sha256_of

from mlops_gitops.adapters.memory.atomic import atomic
from mlops_gitops.errors import AwsError, Blocked
from mlops_gitops.ports import ObjectVersion


@atomic
@dataclass(frozen=True, slots=True)
class MemoryAssets:
    """Every version of every object, oldest first.

    Attributes:
        removed: keys whose newest version lies below a delete marker.
    """

    versions: dict[str, list[tuple[ObjectVersion, bytes]]] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)

    def latest(self, key: str) -> ObjectVersion | None:
        """Describe the newest version of an object; None if there is none."""
        versions = self.versions.get(key)
        return versions[-1][0] if versions and key not in self.removed else None

    def contents(self, keys: Sequence[str]) -> Mapping[str, ObjectVersion]:
        """Describe what keys hold just now; those that hold nothing are left out."""
        found = {key: self.latest(key) for key in keys}
        return {key: replace(held, version_id="") for key, held in found.items() if held}

    def listed(self, prefix: str) -> tuple[str, ...]:
        """List the keys that begin with a prefix; see `Assets.listed`."""
        there = (key for key in tuple(self.versions) if key not in self.removed)
        return tuple(sorted(key for key in there if key.startswith(prefix)))

    def keep(self, key: str, etag: str, copy: str) -> None:
        """Copy what a key holds, unless the copy is there already.

        Raises:
            Blocked: the key holds something else by now.
        """
        if self.latest(copy) is not None:
            return
        held = self.latest(key)
        if held is None or held.etag != etag:
            hint = "Repeat the command; it looks at what there is now."
            raise Blocked(f"{key} was overwritten since it was looked at.", hint=hint)
        self.write(copy, self.read(key, held.version_id), held.sha256)

    def url(self, key: str) -> str:
        """Give the address by which CloudFormation finds an object."""
        return f"memory://{key}"

    def read(self, key: str, version_id: str) -> bytes:
        """Read one version of an object."""
        for version, content in self.versions.get(key, []):
            if version.version_id == version_id:
                return content
        raise AwsError(
            f"While reading {key}, there is no version {version_id!r} of it.",
            hint="Upload it, then repeat the command.",
            code="NoSuchVersion" if key in self.versions else "NoSuchKey",
        )

    def write(self, key: str, content: bytes, sha256: str) -> ObjectVersion:
        """Write a new version of an object, with its digest beside it."""
        versions = self.versions.setdefault(key, [])
        made = ObjectVersion(
            version_id=f"version-{len(versions) + 1}",
            sha256=sha256,
            etag=sha256_of(content).hexdigest()[:32],
            size=len(content),
        )
        versions.append((made, content))
        self.removed.discard(key)
        return made

    def remove(self, key: str) -> None:
        """Put a delete marker over what a key holds; see `Assets.remove`."""
        self.removed.add(key)

    def write_after(
        self, previous: ObjectVersion | None, key: str, content: bytes, sha256: str
    ) -> ObjectVersion:
        """Write a new version only if the newest is still the one that was looked at.

        Raises:
            Blocked: somebody else wrote one in between.
        """
        if self.latest(key) != previous:
            hint = "Repeat the command; it looks at what there is now."
            raise Blocked(f"Somebody else wrote {key} at this moment.", hint=hint)
        return self.write(key, content, sha256)
