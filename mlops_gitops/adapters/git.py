"""Git: the commit that is checked out, and what others hold."""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from mlops_gitops.adapters.git_files import GitFiles
from mlops_gitops.errors import MlopsError, ShallowClone, UsageError
from mlops_gitops.ports import Commit

_LINK = "120000"
"""Mode of a symbolic link; see `git help fast-import`."""


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
                paths = self._globs(repo, patterns)
                changed = repo.git.status("--porcelain", "--untracked-files=all", "--", *paths)
                return Commit(
                    id=commit.hexsha,
                    author=f"{commit.author.name} <{commit.author.email}>",
                    subject=str(commit.summary),
                    is_clean=not changed,
                    message="\n\n".join(_messages(repo)),
                )
        except (InvalidGitRepositoryError, NoSuchPathError, ValueError):
            return None

    def author_of(self, patterns: Sequence[str]) -> str:
        """Say who wrote the newest commit that touched some files; see `Commits.author_of`."""
        with self._repo() as repo:
            wanted = ("-1", "--no-merges", "--format=%an <%ae>", "--", *self._globs(repo, patterns))
            return str(repo.git.log(*wanted))

    def changed_since(self, revision: str) -> tuple[str, ...]:
        """List what differs from the merge base; see `Commits.changed_since`."""
        with self._repo() as repo:
            base = _merge_base(repo, revision)
            changed = repo.git.diff(*_NAMES, base, "--", self._root).split("\0")
            new = repo.git.ls_files("-z", "--others", "--exclude-standard", "--", self._root)
            found = self._told(repo, [*changed, *new.split("\0")])
            listed = repo.git.ls_files("-z", "--stage", "--", self._root)
            led = (link for link in self._links(repo, listed) if self._target(link) in found)
            return tuple(sorted({*found, *led}))

    def merge_base(self, revision: str) -> str:
        """Give the commit that a revision and the one checked out share."""
        with self._repo() as repo:
            return _merge_base(repo, revision)

    def changed_between(self, old: str, new: str) -> tuple[str, ...]:
        """List what differs between two revisions; see `Commits.changed_between`."""
        with self._repo() as repo:
            commits = _commit(repo, old), _commit(repo, new)
            changed = repo.git.diff(*_NAMES, *commits, "--", self._root).split("\0")
            listed = repo.git.ls_tree("-r", "-z", "--full-name", commits[1], self._root)
            # Where links led at a commit is not on disk, so all of them may have changed.
            return tuple(sorted({*self._told(repo, changed), *self._links(repo, listed)}))

    def commit_at(self, revision: str) -> str:
        """Give the full id of the commit that a revision names."""
        with self._repo() as repo:
            return _commit(repo, revision)

    def files_at(self, revision: str) -> GitFiles:
        """Give the files of a revision, as they were committed."""
        with self._repo() as repo:
            return GitFiles(str(repo.working_dir), _commit(repo, revision), self._below(repo))

    def _globs(self, repo: Any, patterns: Sequence[str]) -> list[str]:
        """Write globs of our root as git takes them, relative to the git repository's."""
        below = self._below(repo)
        return [f":(top,glob){os.path.normpath(f'{below}/{each}')}" for each in patterns]

    def _told(self, repo: Any, paths: Iterable[str]) -> set[str]:
        """Name paths of the git repository relative to our root."""
        below = self._below(repo)
        return {os.path.relpath(path, below).replace(os.sep, "/") for path in paths if path}

    def _links(self, repo: Any, listed: str) -> set[str]:
        """Name the symbolic links in a listing of `ls-files --stage` or `ls-tree`."""
        lines = (line.partition("\t") for line in listed.split("\0"))
        return self._told(repo, (path for facts, _, path in lines if facts.startswith(_LINK)))

    def _target(self, link: str) -> str:
        target = os.path.realpath(f"{self._root}/{link}")
        return os.path.relpath(target, self._root).replace(os.sep, "/")

    def _below(self, repo: Any) -> str:
        """Give the way from the root of the git repository to our root."""
        return os.path.relpath(self._root, os.path.realpath(str(repo.working_dir)))

    @contextmanager
    def _repo(self) -> Iterator[Any]:
        """Open the repository; what git refuses is told in git's words."""
        from git import GitCommandError, InvalidGitRepositoryError, NoSuchPathError, Repo

        try:
            with Repo(self._root, search_parent_directories=True) as repo:
                yield repo
        except (InvalidGitRepositoryError, NoSuchPathError) as error:
            hint = "Run this in a clone of the repository, or leave the revision out."
            raise UsageError(f"{self._root} is in no git repository.", hint=hint) from error
        except GitCommandError as error:
            said = str(error.stderr).strip().removeprefix("stderr:").strip(" '\n")
            raise MlopsError(f"git refused: {said}", hint="Mend that, and repeat.") from error


def _messages(repo: Any) -> Iterator[str]:
    """Give the message of the commit that is checked out, and of those that it merges.

    Of a shallow clone the merged ones are not there, and git does not name them.
    """
    this, *parents = repo.git.rev_list("--parents", "--max-count=1", "HEAD").split()
    yield from (str(repo.commit(each).message) for each in (this, *parents[1:]))


_NAMES = ("--name-only", "--no-renames", "--no-ext-diff", "-z")


def _commit(repo: Any, revision: str) -> str:
    from git import GitCommandError

    try:
        # Without `--end-of-options`, a revision that begins with a dash would be an option.
        return str(
            repo.git.rev_parse("--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        )
    except GitCommandError as error:
        _refuse_shallow(repo, f"commit {revision}")
        name = revision.removeprefix("origin/")
        hint = f"Check its spelling, or fetch it: git fetch origin {name}"
        raise UsageError(f"There is no commit {revision!r} here.", hint=hint) from error


def _merge_base(repo: Any, revision: str) -> str:
    from git import GitCommandError

    commit = _commit(repo, revision)
    try:
        return str(repo.git.merge_base(commit, "HEAD"))
    except GitCommandError as error:
        _refuse_shallow(repo, f"where {revision} was left")
        message = f"What is checked out and {revision!r} have no commit in common."
        raise UsageError(message, hint="Name the branch that this one came from.") from error


def _refuse_shallow(repo: Any, missing: str) -> None:
    if repo.git.rev_parse("--is-shallow-repository") == "true":
        raise ShallowClone(
            f"This clone is shallow: it does not have {missing}.",
            hint="Fetch all commits: `fetch-depth: 0` for actions/checkout on GitHub,"
            ' `GIT_DEPTH: "0"` in GitLab CI, `git fetch --unshallow` by hand.',
        )
