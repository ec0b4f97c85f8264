"""Branches in dicts: commits are made of the files that whoever sits there would see."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha1

from mlops_gitops.adapters.memory.atomic import atomic
from mlops_gitops.adapters.memory.repository import MemoryCommits
from mlops_gitops.errors import Blocked, UsageError


@atomic
@dataclass(frozen=True, slots=True)
class MemoryBranches:
    """The branches of a history in memory; a new branch is a revision of that history.

    Attributes:
        commits: the history.
        files: the working tree.
    """

    commits: MemoryCommits
    files: dict[str, bytes]

    def commit(self, change: Mapping[str, bytes | None], message: str, branch: str = "") -> str:
        """Commit files on top of what is checked out; see `Branches.commit`."""
        head = self.commits.commit
        if head is None:
            hint = "Run this in a clone of the repository."
            raise UsageError("This is in no git repository.", hint=hint)
        if branch:
            return self._beside(change, message, branch)
        for path in sorted(self.commits.uncommitted & change.keys()):
            if self.files.get(path) != change[path]:
                hint = "Commit it or put it away (git stash), then repeat the command."
                raise Blocked(f"{path} has changes that are not committed.", hint=hint)
        after = _after(self.files, change)
        if after == self.files and not self.commits.uncommitted & change.keys():
            return head.id
        self.files.clear()
        self.files.update(after)
        self.commits.uncommitted.difference_update(change)
        made = _name(head.id, message, after)
        self.commits.revisions[made] = after
        subject = message.partition("\n")[0]
        self.commits.commit = replace(head, id=made, subject=subject, message=message)
        return made

    def _beside(self, change: Mapping[str, bytes | None], message: str, branch: str) -> str:
        after = _after(self.files, change)
        there = self.commits.revisions.get(branch)
        if there is not None and there != after:
            hint = "Delete it if nobody needs it, or name another one."
            raise Blocked(f"Branch {branch} exists, with other content.", hint=hint)
        made = _name(branch, message, after)
        self.commits.revisions |= {branch: after, made: after}
        return made


def _after(files: Mapping[str, bytes], change: Mapping[str, bytes | None]) -> dict[str, bytes]:
    kept = {path: content for path, content in files.items() if path not in change}
    return kept | {path: content for path, content in change.items() if content is not None}


def _name(parent: str, message: str, files: Mapping[str, bytes]) -> str:
    """Make a commit's id of what it holds."""
    text = repr((parent, message, sorted(files.items())))
    return sha1(text.encode(), usedforsecurity=False).hexdigest()
