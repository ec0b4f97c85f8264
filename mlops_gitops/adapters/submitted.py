"""Submitted: what stands for a history where a config does not come from git."""

from collections.abc import Mapping
from dataclasses import dataclass

from mlops_gitops.adapters.memory.repository import MemoryCommits
from mlops_gitops.errors import UsageError
from mlops_gitops.ports import Commit


@dataclass(slots=True, kw_only=True)
class SubmittedCommits(MemoryCommits):
    """No commit at all, and whoever handed the config in.

    Where a commit's id would be, executions tell the door; gates take that for no commit, so a
    stage that wants somebody else than the author lets it in by nobody.

    Attributes:
        door: `api` or `drop`.
        name: ARN or principal; empty if AWS does not tell.
    """

    door: str
    name: str

    def __post_init__(self) -> None:
        self.commit = Commit(id=self.door, author=self.name, subject="", is_clean=True)


@dataclass(frozen=True, slots=True)
class NoBranches:
    """Nowhere to commit: what is handed in has no repository behind it."""

    def commit(self, change: Mapping[str, bytes | None], message: str, branch: str = "") -> str:  # noqa: ARG002 - as the port has it
        """Refuse; see `Branches.commit`."""
        hint = "Run this in a clone of the repository."
        raise UsageError("This has no git repository.", hint=hint)
