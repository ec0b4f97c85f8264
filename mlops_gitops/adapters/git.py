"""Git: the commit that is checked out."""

import os
from collections.abc import Sequence

from mlops_gitops.ports import Commit


class GitCommits:
    """The history of the repository that a folder lies in.

    Args:
        root: the folder; it may lie below the root of the git repository.
    """

    def __init__(self, root: str) -> None:
        self._root = os.path.realpath(root)

    def head(self, patterns: Sequence[str]) -> Commit | None:
        """Give the commit that is checked out; None outside git or before the first commit."""
        from git import InvalidGitRepositoryError, NoSuchPathError, Repo

        try:
            with Repo(self._root, search_parent_directories=True) as repo:
                commit = repo.head.commit
                below = os.path.relpath(self._root, os.path.realpath(str(repo.working_dir)))
                paths = [f":(glob){os.path.normpath(f'{below}/{each}')}" for each in patterns]
                changed = repo.git.status("--porcelain", "--untracked-files=all", "--", *paths)
                return Commit(
                    id=commit.hexsha,
                    author=f"{commit.author.name} <{commit.author.email}>",
                    subject=str(commit.summary),
                    is_clean=not changed,
                )
        except (InvalidGitRepositoryError, NoSuchPathError, ValueError):
            return None
