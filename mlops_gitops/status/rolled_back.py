"""Rollbacks: what one would do, and what became of it."""

from dataclasses import dataclass
from enum import Enum

from mlops_gitops.diff.plan import Plan
from mlops_gitops.errors import MlopsError
from mlops_gitops.pipeline.approval import PendingApproval
from mlops_gitops.runs.applied import Outcome
from mlops_gitops.status.known import Way


class First(Enum):
    """What a rollback begins with."""

    GIT = "git"
    BUNDLE = "bundle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """What a rollback would do; nothing has been touched.

    Attributes:
        workload: full name.
        called: what commands call it.
        in_the_way: approvals of other digests that wait; while they do, nothing gets past them.
        files: what would be committed; not looked at where the bundle comes first.
        plan: the wanted digest, compared with what is deployed.
    """

    workload: str
    called: str
    first: First
    way: Way
    in_the_way: tuple[PendingApproval, ...]
    files: tuple[str, ...] = ()
    plan: Plan | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RolledBack:
    """What became of a rollback.

    Attributes:
        workload: its full name.
        called: what commands call it.
        refused: digest that was rolled back from, and that is refused until it changes.
        digest: digest that is wanted.
        outcome: what was done with its delivery pipeline.
        execution_id: the execution that carries it; empty if none is needed.
        commit: the commit that says so in git; empty where there is none, or none was needed.
        files: what was committed.
        differences: why the same files make another digest today; empty if they do not.
        reject: commands that clear the way: approvals of other digests wait there.
        failure: what could not be done; None if nothing.
    """

    workload: str
    called: str
    refused: str
    digest: str
    outcome: Outcome
    execution_id: str = ""
    commit: str = ""
    files: tuple[str, ...] = ()
    differences: tuple[str, ...] = ()
    reject: tuple[str, ...] = ()
    failure: MlopsError | None = None
