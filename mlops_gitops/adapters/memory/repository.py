"""A repository in dicts: its files and its history."""

import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mlops_gitops.adapters.disk import glob_regex
from mlops_gitops.errors import UnsafePath
from mlops_gitops.ports import Commit


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


@dataclass(slots=True)
class MemoryCommits:
    """One commit at a time."""

    commit: Commit | None = None

    def head(self, patterns: Sequence[str]) -> Commit | None:  # noqa: ARG002 - as the port has it
        """Give the commit that is checked out; None before the first."""
        return self.commit
