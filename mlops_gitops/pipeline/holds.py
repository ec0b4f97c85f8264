"""Holds: what may not be deployed for now, and why.

Each is a small object in the assets bucket. What it is about stands in its key, so that one
listing tells all; the object says why, who, and until when.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from mlops_gitops.config.secrets import masked

FOLDER = "mlops_gitops_holds/"
_REFUSED, _WORKLOAD, _STAGE = "refused/", "suspended/workload/", "suspended/stage/"
_END = ".json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A bundle that may not be deployed again: somebody rolled back from it.

    Attributes:
        workload: its full name.
        digest: the bundle's.
        by: ARN of whoever rolled back; empty where the object does not tell.
        since: None where the object does not tell.
    """

    workload: str
    digest: str
    reason: str = ""
    by: str = ""
    since: datetime | None = None

    @property
    def key(self) -> str:
        """Key of the object in the assets bucket."""
        return f"{FOLDER}{_REFUSED}{self.workload}/{self.digest}{_END}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    """A workload or a stage into which nothing is deployed for now.

    Attributes:
        workload: full name; empty where a stage is meant.
        stage: empty where a workload is meant.
        by: ARN of whoever suspended it; empty where the object does not tell.
        until: when it ends by itself; None if somebody has to end it.
    """

    workload: str = ""
    stage: str = ""
    reason: str = ""
    by: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def key(self) -> str:
        """Key of the object in the assets bucket."""
        what = f"{_WORKLOAD}{self.workload}" if self.workload else f"{_STAGE}{self.stage}"
        return f"{FOLDER}{what}{_END}"

    @property
    def subject(self) -> str:
        """What is suspended, in words."""
        return self.workload or f"stage {self.stage}"

    @property
    def ends(self) -> str:
        """Until when, in words."""
        return f"until {_minute(self.until)}" if self.until else "until somebody resumes it"

    @property
    def resume(self) -> str:
        """The command that ends it."""
        return f"mlops-gitops resume {self.workload or f'--stage {self.stage}'}"

    def holds_at(self, now: datetime) -> bool:
        """Whether it has not ended by itself."""
        return self.until is None or now < self.until


Hold = Refused | Suspension


@dataclass(frozen=True, slots=True, kw_only=True)
class Holds:
    """Everything that is held at one time; what has ended by itself is left out."""

    refused: tuple[Refused, ...] = ()
    suspended: tuple[Suspension, ...] = ()

    def refusal(self, workload: str, digest: str) -> Refused | None:
        """Find why a bundle may not be deployed; None if it may."""
        found = (
            each for each in self.refused if (each.workload, each.digest) == (workload, digest)
        )
        return next(found, None)

    def of_workload(self, workload: str) -> Suspension | None:
        """Find why a workload is suspended; None if it is not."""
        return next((each for each in self.suspended if each.workload == workload), None)

    def of_stage(self, stage: str) -> Suspension | None:
        """Find why a stage is suspended; None if it is not."""
        return next((each for each in self.suspended if each.stage == stage), None)


def held_at(now: datetime, holds: tuple[Hold, ...]) -> Holds:
    """Sort holds, without those that have ended by themselves."""
    suspended = (each for each in holds if isinstance(each, Suspension))
    return Holds(
        refused=tuple(each for each in holds if isinstance(each, Refused)),
        suspended=tuple(each for each in suspended if each.holds_at(now)),
    )


def written(hold: Hold) -> bytes:
    """Write what stands in a hold's object; the reason without secrets."""
    until = hold.until if isinstance(hold, Suspension) else None
    facts = {"reason": masked(hold.reason), "by": hold.by, "since": _iso(hold.since)}
    said = {**facts, "until": _iso(until)} if until else facts
    return (json.dumps(said, indent=2, sort_keys=True) + "\n").encode()


def read_hold(key: str, content: bytes) -> Hold | None:
    """Read a hold; None for an object that is none.

    One whose content makes no sense holds all the same: its key says what.
    """
    facts = _facts(content)
    reason, by, since = facts.get("reason", ""), facts.get("by", ""), _time(facts.get("since"))
    name = key.removeprefix(FOLDER).removesuffix(_END)
    if name.startswith(_REFUSED):
        workload, _, digest = name.removeprefix(_REFUSED).rpartition("/")
        return Refused(workload=workload, digest=digest, reason=reason, by=by, since=since)
    until = _time(facts.get("until"))
    for folder, subject in ((_WORKLOAD, "workload"), (_STAGE, "stage")):
        if name.startswith(folder):
            what = {subject: name.removeprefix(folder)}
            return Suspension(**what, reason=reason, by=by, since=since, until=until)
    return None


def _facts(content: bytes) -> Mapping[str, str]:
    try:
        said = json.loads(content)
    except ValueError:
        return {}
    if not isinstance(said, dict):
        return {}
    return {name: value for name, value in said.items() if isinstance(value, str)}


def _time(text: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return found if found.tzinfo else None


def _iso(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M %Z}"
