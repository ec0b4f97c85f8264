"""Files of a repository as a commit holds them."""

import posixpath
import re
from collections.abc import Sequence
from functools import cached_property

from mlops_gitops.config.globs import glob_regex
from mlops_gitops.errors import MlopsError, UnsafePath

_LINK, _MODULE = "120000", "160000"
_DEEPEST = 8
"""Links behind links that are followed; Linux follows 40."""


class GitFiles:
    """The files below one folder of a commit.

    Args:
        repository: folder of the git repository.
        commit: full id.
        below: the folder, relative to the root of the git repository; `.` for that root.
    """

    def __init__(self, repository: str, commit: str, below: str) -> None:
        from git import Repo

        self._repo = Repo(repository)
        self._commit = commit
        self._below = below

    def find(self, patterns: Sequence[str]) -> tuple[str, ...]:
        """List files that match any glob pattern; see `Files.find`."""
        wanted = re.compile("|".join(glob_regex(pattern) for pattern in patterns) or r"(?!)")
        return tuple(
            sorted(path for path in self._blobs if wanted.fullmatch(path) and not _is_hidden(path))
        )

    def below(self, folder: str) -> tuple[str, ...]:
        """List all files below a folder; see `Files.below`."""
        start = "" if folder == "." else f"{folder}/"
        return tuple(
            sorted(path for path in self._blobs if path.startswith(start) and not _is_hidden(path))
        )

    def read(self, path: str) -> bytes:
        """Read one file, behind links too; see `Files.read`."""
        at = path
        for _ in range(_DEEPEST):
            at = posixpath.normpath(at)
            if at.startswith(("../", "/")):
                message = f"{path} leads out of the repository."
                raise UnsafePath(message, hint="Commit the file itself instead of a link to it.")
            if at not in self._blobs:
                raise FileNotFoundError(path)
            mode, sha = self._blobs[at]
            content: bytes = self._repo.odb.stream(bytes.fromhex(sha)).read()
            if mode != _LINK:
                return content
            at = posixpath.join(posixpath.dirname(at), content.decode(errors="replace"))
        raise MlopsError(f"{path} is a link in a circle.", hint="Commit the file itself.")

    @cached_property
    def _blobs(self) -> dict[str, tuple[str, str]]:
        """Give mode and id of every file, by its path below our folder."""
        prefix = "" if self._below == "." else f"{self._below}/"
        listed = self._repo.git.ls_tree("-r", "-z", "--full-tree", self._commit, prefix or ".")
        found = {}
        for line in listed.split("\0"):
            facts, _, path = line.partition("\t")
            if path and not facts.startswith(_MODULE):
                mode, _, sha = facts.split(" ")
                found[path.removeprefix(prefix)] = (mode, sha)
        return found


def _is_hidden(path: str) -> bool:
    return any(folder.startswith(".") for folder in path.split("/")[:-1])
