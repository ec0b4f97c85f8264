"""A repository in dicts: its files and its history."""

import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha1

from mlops_gitops.adapters.memory.atomic import atomic
from mlops_gitops.config.globs import glob_regex
from mlops_gitops.errors import UnsafePath, UsageError
from mlops_gitops.ports import Commit

_ID = re.compile("[0-9a-f]{40}")


@atomic
@dataclass(frozen=True, slots=True)
class MemoryFiles:
    """Files by path; a dict has no links and no pipes."""

    files: Mapping[str, bytes] = field(default_factory=dict)

    def find(self, patterns: Sequence[str]) -> tuple[str, ...]:
        """List files that match any glob pattern; see `Files.find`."""
        wanted = re.compile("|".join(glob_regex(pattern) for pattern in patterns) or r"(?!)")
        return tuple(
            sorted(path for path in self.files if wanted.fullmatch(path) and not _is_hidden(path))
        )

    def below(self, folder: str) -> tuple[str, ...]:
        """List all files below a folder; see `Files.below`."""
        start = "" if folder == "." else f"{folder}/"
        return tuple(
            sorted(path for path in self.files if path.startswith(start) and not _is_hidden(path))
        )

    def read(self, path: str) -> bytes:
        """Read one file; see `Files.read`."""
        inside = posixpath.normpath(path)
        if inside.startswith(("../", "/")):
            message = f"{path} leads out of the repository."
            raise UnsafePath(message, hint="Commit the file itself instead of a link to it.")
        if inside not in self.files:
            raise FileNotFoundError(path)
        return self.files[inside]


def _is_hidden(path: str) -> bool:
    return any(folder.startswith(".") for folder in path.split("/")[:-1])


@atomic
@dataclass(slots=True)
class MemoryCommits:
    """One commit at a time.

    Attributes:
        commit: what is checked out.
        files: the files of what is checked out.
        revisions: the files of other commits, by any name of them; each was left just now.
        uncommitted: paths whose content is not committed.
    """

    commit: Commit | None = None
    files: Mapping[str, bytes] = field(default_factory=dict)
    revisions: dict[str, Mapping[str, bytes]] = field(default_factory=dict)
    uncommitted: set[str] = field(default_factory=set)

    def head(self, patterns: Sequence[str]) -> Commit | None:  # noqa: ARG002 - as the port has it
        """Give the commit that is checked out; None before the first."""
        return self.commit

    def author_of(self, patterns: Sequence[str]) -> str:  # noqa: ARG002 - as the port has it
        """Say who wrote the newest commit, which touched everything."""
        return self.commit.author if self.commit else ""

    def changed_since(self, revision: str) -> tuple[str, ...]:
        """List what differs from a revision; see `Commits.changed_since`."""
        return _differing(self._at(revision), self.files)

    def merge_base(self, revision: str) -> str:
        """Give the commit of a revision, which is what it shares; see `Commits.merge_base`."""
        return self.commit_at(revision)

    def changed_between(self, old: str, new: str) -> tuple[str, ...]:
        """List what differs between two revisions; see `Commits.changed_between`."""
        return _differing(self._at(old), self._at(new))

    def commit_at(self, revision: str) -> str:
        """Give the full id of the commit that a revision names: made of the name, if it is none."""
        self._at(revision)
        if _ID.fullmatch(revision):
            return revision
        return sha1(revision.encode(), usedforsecurity=False).hexdigest()

    def files_at(self, revision: str) -> MemoryFiles:
        """Give the files of a revision; see `Commits.files_at`."""
        return MemoryFiles(self._at(revision))

    def _at(self, revision: str) -> Mapping[str, bytes]:
        names = {
            sha1(each.encode(), usedforsecurity=False).hexdigest(): each for each in self.revisions
        }
        name = names.get(revision, revision)
        if name not in self.revisions:
            hint = f"Check its spelling, or fetch it: git fetch origin {revision}"
            raise UsageError(f"There is no commit {revision!r} here.", hint=hint)
        return self.revisions[name]


def _differing(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> tuple[str, ...]:
    return tuple(sorted(path for path in old.keys() | new.keys() if old.get(path) != new.get(path)))
