"""Approvals: who lets what into which stage. A decision is about one digest."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from mlops_gitops.config.secrets import masked
from mlops_gitops.desired.digest import SCHEME
from mlops_gitops.package.bundle import BundledStage

_SUMMARY_LIMIT = 512
"""CodePipeline's `ApprovalSummary` (API model)."""
_SHORTEST_DIGEST = 12
_FACTS = " | digest="
"""What parts a reason from what we add to it."""
_BY_SETTINGS = "by=settings"
_DEFAULT_TIMEOUT = 10_080
"""Minutes, seven days. Source: "Quotas in AWS CodePipeline", CodePipeline user guide."""
_SOON = 24 * 60


class Answer(Enum):
    """CodePipeline's `ApprovalStatus`."""

    APPROVED = "Approved"
    REJECTED = "Rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expiry:
    """When an approval that nobody gives fails, and how long that is from now."""

    at: datetime
    minutes_left: int

    @property
    def is_soon(self) -> bool:
        """Whether somebody should hurry."""
        return self.minutes_left < _SOON


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingApproval:
    """An approval that waits for somebody.

    Attributes:
        stage: our stage, such as `staging`.
        pipeline_stage: CodePipeline's, such as `DeployStaging`.
        shown: what the bundle holds for this stage, in the version that would be deployed.
        digest: bundle digest, recomputed from the very version that would be deployed.
        newer: executions that wait behind this approval, oldest first.
        expiry: None where CodePipeline does not say since when it waits.
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
    expiry: Expiry | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssumedRole:
    """A role of the orchestrator account, and what its session is called."""

    account: str
    name: str
    arn: str
    session: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """An answer to one pending approval.

    Attributes:
        role: in whose name it is given; None for the caller's own.
    """

    pipeline_stage: str
    action: str
    token: str
    answer: Answer
    summary: str
    role: AssumedRole | None = None


def patience(minutes: int | None) -> str:
    """Say how long an approval waits, in the largest unit that fits; None for seven days."""
    count, unit = minutes or _DEFAULT_TIMEOUT, "minute"
    for size, larger in ((60, "hour"), (24, "day")):
        if count % size:
            break
        count, unit = count // size, larger
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def expiry(since: datetime | None, minutes: int | None, now: datetime) -> Expiry | None:
    """Say when an approval ends.

    Args:
        since: when it began to wait; None if nobody knows.
        minutes: how long it waits; None for CodePipeline's own seven days.
        now: with time zone.
    """
    if since is None:
        return None
    at = since + timedelta(minutes=minutes or _DEFAULT_TIMEOUT)
    return Expiry(at=at, minutes_left=(at - now) // timedelta(minutes=1))


def is_same_digest(asked: str, found: str) -> bool:
    """Whether a digest that somebody typed is the one found: whole, or 12 digits and more."""
    digits = asked.removeprefix(SCHEME)
    enough = len(digits) >= _SHORTEST_DIGEST
    return enough and found.removeprefix(SCHEME).startswith(digits)


def approval_summary(digest: str, actor: str) -> str:
    """Write what the history will read: which digest was approved by whom."""
    return f"digest={digest} actor={actor}"[:_SUMMARY_LIMIT]


def settings_summary(digest: str, actor: str) -> str:
    """Write that the settings let a digest through, and who ran the command that asked them."""
    return f"digest={digest} {_BY_SETTINGS} actor={actor}"[:_SUMMARY_LIMIT]


def is_by_settings(summary: str) -> bool:
    """Whether an approval says of itself that no person gave it."""
    return _BY_SETTINGS in summary.split()


def rejection_summary(reason: str, digest: str, actor: str) -> str:
    """Write why something was rejected; the reason first, cut if it is long."""
    facts = f"{_FACTS}{digest} actor={actor}"
    reason = masked(reason)
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
