"""Submitted: what stands for a history where a config does not come from git."""

from dataclasses import dataclass

from mlops_gitops.adapters.memory.repository import MemoryCommits
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
