"""Known deployments: what can be gone back to, and what from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from mlops_gitops.errors import Blocked, UsageError
from mlops_gitops.pipeline.approval import is_same_digest
from mlops_gitops.pipeline.holds import Holds, Refused, minute
from mlops_gitops.runs.execution import ExecutionStatus

_SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One execution that carried a bundle.

    Attributes:
        version: S3 version id of the bundle; empty if it never got that far.
        commit: what the bundle was made of; with `-dirty` where files were not committed, and no
            commit at all where it was handed in at another door.
    """

    execution_id: str
    status: ExecutionStatus
    digest: str
    version: str
    commit: str
    author: str
    started_at: datetime

    @property
    def is_whole(self) -> bool:
        """Whether it was deployed to all stages."""
        return self.status is ExecutionStatus.SUCCEEDED and bool(self.digest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """From where to where a workload is rolled back.

    Attributes:
        newest: the newest execution.
        bad: digest that is rolled back from.
        target: the deployment that is wanted again.
        begun: what was written down when somebody began just that; None if nobody has.
    """

    newest: Known
    bad: str
    target: Known
    begun: Refused | None = None


def choose(workload: str, deployments: Iterable[Known], holds: Holds, to: str) -> Way:
    """Choose what to go back to.

    Without a digest that is asked for, it is the newest that was deployed to all stages before
    the present one. Whoever repeats a rollback goes no further back: that has to be asked for.

    Args:
        workload: full name.
        deployments: newest first; no more are read than are needed.
        holds: of the workload.
        to: digest, whole or at least its first 12 digits; empty for the one before.

    Raises:
        UsageError: there is nothing to go back to.
        Blocked: it was rolled back from before.
    """
    seen: list[Known] = []
    told = iter(deployments)
    newest = next((each for each in told if each.digest), None)
    if newest is None:
        hint = "`mlops-gitops history` shows what was."
        raise UsageError(f"{workload} was never deployed.", hint=hint)
    seen.append(newest)
    begun = _begun(newest, holds, to)
    if begun is None and to and _same(to, newest.digest):
        hint = f"`mlops-gitops status {workload}` shows how far it is."
        raise UsageError(f"{newest.digest} is what {workload} was deployed with last.", hint=hint)
    bad = begun.digest if begun else newest.digest
    while True:
        each = seen[-1]
        if _is_meant(each, bad, begun, holds, to):
            break
        found = next(told, None)
        if found is None:
            raise _nothing(workload, bad, seen, to)
        seen.append(found)
    if refused := holds.refusal(workload, each.digest):
        raise Blocked(refused.why, hint=f"If it is good: `{refused.resume}`.")
    return Way(newest=newest, bad=bad, target=each, begun=begun)


def _begun(newest: Known, holds: Holds, to: str) -> Refused | None:
    """Find the rollback that somebody has begun, and that nothing came after."""
    fitting = [
        each
        for each in holds.refused
        if each.to and newest.digest in (each.digest, each.to) and (not to or _same(to, each.to))
    ]
    return max(fitting, key=lambda each: str(each.since), default=None)


def _is_meant(each: Known, bad: str, begun: Refused | None, holds: Holds, to: str) -> bool:
    if not each.is_whole:
        return False
    if begun is not None:
        return each.digest == begun.to
    if to:
        return each.digest != bad and _same(to, each.digest)
    return each.digest != bad and each.digest not in {one.digest for one in holds.refused}


def _same(asked: str, digest: str) -> bool:
    return is_same_digest(asked, digest)


def _nothing(workload: str, bad: str, seen: Sequence[Known], to: str) -> UsageError:
    known: dict[str, str] = {}
    for each in seen:
        if each.is_whole and each.digest != bad:
            commit = each.commit[:12] or "unknown"
            told = f"{each.digest} of {minute(each.started_at)}, commit {commit}"
            known.setdefault(each.digest, told)
    asked = f"{to} is no digest that was wholly deployed" if to else "nothing to go back to"
    hint = "; ".join([*known.values()][:_SHOWN]) or "`mlops-gitops history` shows what was."
    return UsageError(f"{workload}: {asked}.", hint=f"Known: {hint}" if known else hint)
