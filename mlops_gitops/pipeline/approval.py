"""Approvals: who lets what into which stage. A decision is about one digest."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from mlops_gitops.desired.digest import SCHEME
from mlops_gitops.package.bundle import BundledStage

_SUMMARY_LIMIT = 512
"""CodePipeline's `ApprovalSummary` (API model)."""
_SHORTEST_DIGEST = 12
_FACTS = " | digest="
"""What parts a reason from what we add to it."""


class Answer(Enum):
    """CodePipeline's `ApprovalStatus`."""

    APPROVED = "Approved"
    REJECTED = "Rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingApproval:
    """An approval that waits for somebody.

    Attributes:
        stage: our stage, such as `staging`.
        pipeline_stage: CodePipeline's, such as `DeployStaging`.
        shown: what the bundle holds for this stage, in the version that would be deployed.
        digest: bundle digest, recomputed from the very version that would be deployed.
        newer: executions that wait behind this approval, oldest first.
    """

    workload_stack: str
    stage: str
    pipeline_stage: str
    execution_id: str
    shown: BundledStage
    token: str
    digest: str
    variables: Mapping[str, str]
    since: datetime | None
    newer: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """An answer to one pending approval."""

    pipeline_stage: str
    action: str
    token: str
    answer: Answer
    summary: str


def is_same_digest(asked: str, found: str) -> bool:
    """Whether a digest that somebody typed is the one found: whole, or 12 digits and more."""
    digits = asked.removeprefix(SCHEME)
    enough = len(digits) >= _SHORTEST_DIGEST
    return enough and found.removeprefix(SCHEME).startswith(digits)


def approval_summary(digest: str, actor: str) -> str:
    """Write what the history will read: which digest was approved by whom."""
    return f"digest={digest} actor={actor}"[:_SUMMARY_LIMIT]


def rejection_summary(reason: str, digest: str, actor: str) -> str:
    """Write why something was rejected; the reason first, cut if it is long."""
    facts = f"{_FACTS}{digest} actor={actor}"
    return reason[: max(0, _SUMMARY_LIMIT - len(facts))] + facts


def rejection_reason(summary: str) -> str:
    """Give back the reason alone; a summary that is not ours is all reason."""
    return summary.partition(_FACTS)[0]


def approved_digest(summary: str) -> str | None:
    """Read the digest from an approval's summary; None if it was given without one."""
    for word in summary.split():
        name, _, value = word.partition("=")
        if name == "digest" and value:
            return value
    return None
