"""Git: the commit that is checked out."""

from mlops_gitops.ports import Commit


class GitCommits:
    """The history of the repository that a folder lies in."""

    def __init__(self, root: str) -> None:
        self._root = root

    def head(self) -> Commit | None:
        """Give the commit that is checked out; None outside git or before the first commit."""
        from git import InvalidGitRepositoryError, NoSuchPathError, Repo

        try:
            repo = Repo(self._root, search_parent_directories=True)
            commit = repo.head.commit
        except (InvalidGitRepositoryError, NoSuchPathError, ValueError):
            return None
        return Commit(
            id=commit.hexsha,
            author=f"{commit.author.name} <{commit.author.email}>",
            subject=str(commit.summary),
            is_clean=not repo.is_dirty(untracked_files=True),
        )
