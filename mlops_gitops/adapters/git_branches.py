"""Git: commits that we make, on the branch that is checked out or on a new one."""

import os
import posixpath
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mlops_gitops.adapters.disk import DiskFiles
from mlops_gitops.errors import Blocked, MlopsError, UnsafePath, UsageError

_LINK = "120000"
_NO_COMMIT = "0" * 40
"""Stands for a branch that is not there; see `git help update-ref`."""


class GitBranches:
    """The branches of the repository that a folder lies in.

    Args:
        root: the folder; it may lie below the root of the git repository.
    """

    def __init__(self, root: str) -> None:
        self._root = os.path.realpath(root)

    def commit(self, change: Mapping[str, bytes | None], message: str, branch: str = "") -> str:
        """Commit files on top of what is checked out; see `Branches.commit`."""
        wanted = {_inside(path): content for path, content in change.items()}
        with self._repo() as repo:
            for path in sorted(wanted):
                self._refuse_link(repo, path)
            if branch:
                return self._commit_beside(repo, wanted, message, branch)
            return self._commit_here(repo, wanted, message)

    def _commit_here(self, repo: Any, wanted: Mapping[str, bytes | None], message: str) -> str:
        if repo.head.is_detached:
            hint = "Switch to one: git switch BRANCH"
            raise UsageError("No branch is checked out, so nothing can be committed.", hint=hint)
        self._refuse_changed(repo, wanted)
        self._write(wanted)
        written = [path for path, content in wanted.items() if content is not None]
        below = ["git", "-C", self._root]
        if written:
            # Ignored or not: what is deployed is committed.
            repo.git.execute([*below, "add", "--force", "--", *_literal(written)])
        if self._differs(repo, wanted):
            paths = _literal(self._known(repo, wanted))
            # What else is staged stays so, and is not committed.
            repo.git.execute(
                [*below, "commit", "--quiet", "--only", "--message", message, "--", *paths]
            )
        return str(repo.head.commit.hexsha)

    def _commit_beside(
        self, repo: Any, wanted: Mapping[str, bytes | None], message: str, branch: str
    ) -> str:
        """Make a branch without a working tree: with an index of its own."""
        name = self._branch(repo, branch)
        tree = self._tree(repo, wanted)
        there = repo.git.execute(["git", "for-each-ref", "--format=%(objectname) %(tree)", name])
        if there:
            commit, _, found = there.partition(" ")
            if found != tree:
                hint = "Delete it if nobody needs it, or name another one."
                raise Blocked(f"Branch {branch} exists, with other content.", hint=hint)
            return str(commit)
        signed = repo.git.config("--type=bool", "--default=false", "--get", "commit.gpgSign")
        how = ["-S"] if signed == "true" else []
        made = str(repo.git.commit_tree(*how, "-p", "HEAD", "-m", message, tree))
        repo.git.update_ref(name, made, _NO_COMMIT)
        return made

    def _branch(self, repo: Any, branch: str) -> str:
        from git import GitCommandError

        try:
            repo.git.check_ref_format(f"refs/heads/{branch}")
        except GitCommandError as error:
            hint = "See `git help check-ref-format` for what git takes."
            raise UsageError(f"No branch can be called {branch!r}.", hint=hint) from error
        return f"refs/heads/{branch}"

    def _tree(self, repo: Any, wanted: Mapping[str, bytes | None]) -> str:
        below = os.path.relpath(self._root, os.path.realpath(str(repo.working_dir)))
        with tempfile.TemporaryDirectory() as folder:
            own = {"GIT_INDEX_FILE": f"{folder}/index"}
            repo.git.read_tree("HEAD", env=own)
            for path, content in wanted.items():
                at = posixpath.normpath(f"{below}/{path}".replace(os.sep, "/"))
                if content is None:
                    repo.git.update_index("--force-remove", "--", at, env=own)
                    continue
                Path(folder, "content").write_bytes(content)
                blob = repo.git.hash_object("-w", f"--path={at}", f"{folder}/content")
                mode = self._mode(repo, path)
                repo.git.update_index("--add", "--cacheinfo", f"{mode},{blob},{at}", env=own)
            return str(repo.git.write_tree(env=own))

    def _mode(self, repo: Any, path: str) -> str:
        """Give the mode that a file has in the newest commit; an ordinary one's if it is new."""
        listed = repo.git.execute(
            ["git", "-C", self._root, "ls-tree", "-z", "HEAD", "--", f"./{path}"]
        )
        return str(listed.partition(" ")[0]) or "100644"

    def _known(self, repo: Any, wanted: Mapping[str, bytes | None]) -> list[str]:
        """Leave out what is to be deleted and was never committed: git does not know it."""
        return [
            path
            for path, content in sorted(wanted.items())
            if content is not None or repo.git.execute([*self._list_tree, f"./{path}"])
        ]

    @property
    def _list_tree(self) -> list[str]:
        return ["git", "-C", self._root, "ls-tree", "-z", "HEAD", "--"]

    def _differs(self, repo: Any, wanted: Mapping[str, bytes | None]) -> bool:
        """Whether files of the working tree, deleted ones too, are not as the newest commit's."""
        names = ["git", "-C", self._root, "diff", "--name-only", "--no-ext-diff", "HEAD", "--"]
        return bool(repo.git.execute([*names, *_literal(wanted)]))

    def _refuse_changed(self, repo: Any, wanted: Mapping[str, bytes | None]) -> None:
        """Refuse to overwrite somebody's work; what is as wanted already was written by us."""
        status = ["git", "-C", self._root, "status", "--porcelain", "-z", "--no-renames"]
        for path, content in sorted(wanted.items()):
            shown = repo.git.execute(
                [*status, "--untracked-files=all", "--ignored=matching", "--", *_literal([path])]
            )
            if shown and self._content(path) != content:
                hint = "Commit it or put it away (git stash), then repeat the command."
                raise Blocked(f"{path} has changes that are not committed.", hint=hint)

    def _content(self, path: str) -> bytes | None:
        try:
            return Path(self._root, path).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            message = f"{path} cannot be read: {error.strerror}."
            raise MlopsError(message, hint="Check what it is and its permissions.") from error

    def _write(self, wanted: Mapping[str, bytes | None]) -> None:
        files = DiskFiles(Path(self._root))
        for path, content in wanted.items():
            if content is None:
                Path(self._root, path).unlink(missing_ok=True)
            elif self._content(path) is None:
                files.add({path: content})
            else:
                files.write(path, content)

    def _refuse_link(self, repo: Any, path: str) -> None:
        """Refuse what is behind a link: its content is another file's."""
        parts = path.split("/")
        above = ["/".join(parts[: end + 1]) for end in range(len(parts))]
        if any(Path(self._root, each).is_symlink() for each in above) or any(
            self._mode(repo, each) == _LINK for each in above
        ):
            hint = "Change the file that it leads to, by hand."
            raise Blocked(f"{path} is a symbolic link, or lies behind one.", hint=hint)

    @contextmanager
    def _repo(self) -> Iterator[Any]:
        """Open the repository; what git refuses is told in git's words."""
        from git import GitCommandError, InvalidGitRepositoryError, NoSuchPathError, Repo

        try:
            with Repo(self._root, search_parent_directories=True) as repo:
                if not repo.head.is_valid():
                    hint = "Commit what is there first."
                    raise UsageError(f"{self._root} has no commit yet.", hint=hint)
                yield repo
        except (InvalidGitRepositoryError, NoSuchPathError) as error:
            hint = "Run this in a clone of the repository."
            raise UsageError(f"{self._root} is in no git repository.", hint=hint) from error
        except GitCommandError as error:
            said = str(error.stderr or error.stdout).strip()
            said = said.removeprefix("stderr:").strip(" '\n")
            raise MlopsError(f"git refused: {said}", hint="Mend that, and repeat.") from error


def _inside(path: str) -> str:
    """Give a path in its shortest form.

    Raises:
        UnsafePath: it leads out of the repository.
    """
    inside = posixpath.normpath(path)
    if inside.startswith(("../", "/")) or inside in {".", ".."} or ".git" in inside.split("/"):
        message = f"{path} leads out of the repository."
        raise UnsafePath(message, hint="Name a file inside the repository.")
    return inside


def _literal(paths: Mapping[str, bytes | None] | list[str]) -> list[str]:
    """Write paths so that git takes no character of them for a wild one."""
    return [f":(literal){path}" for path in sorted(paths)]
