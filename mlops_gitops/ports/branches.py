"""Branches: where what is to be changed in git is written."""

from collections.abc import Mapping
from typing import Protocol


class Branches(Protocol):
    """The branches of the repository that the files come from."""

    def commit(self, change: Mapping[str, bytes | None], message: str, branch: str = "") -> str:
        """Commit files on top of what is checked out; give the commit's full id.

        Where the files are so already, nothing is committed, and the newest commit is given. What
        a command that was killed has written, but not committed, is committed.

        Args:
            change: files by path, relative to the repository; None deletes.
            message: of the commit.
            branch: a new branch, without touching the working tree; empty for the branch that is
                checked out, working tree included.

        Raises:
            Blocked: a file that would be written has changes that are not committed, or is a
                symbolic link; or the branch exists with other content.
            UsageError: outside git, before the first commit, no branch is checked out, or it
                cannot be called that.
            UnsafePath: a path leads out of the repository.
            MlopsError: git refuses, for example by a hook.
        """
