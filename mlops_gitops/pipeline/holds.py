"""Holds: what may not be deployed for now, and why.

Each is a small object in the assets bucket. What it is about stands in its key, so that one
listing tells all; the object says why, who, and until when.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import assert_never

from mlops_gitops.config.secrets import masked
from mlops_gitops.errors import UsageError

FOLDER = "mlops_gitops_holds/"
_REFUSED, _WORKLOAD, _STAGE = "refused/", "suspended/workload/", "suspended/stage/"
_END = ".json"
_SPAN = re.compile(r"(\d{1,5})([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_LONGEST_REASON = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A bundle that may not be deployed again: somebody rolled back from it.

    Attributes:
        workload: its full name.
        digest: the bundle's.
        to: digest that was rolled back to; empty where the object does not tell.
        by: ARN of whoever rolled back; empty where the object does not tell.
        since: None where the object does not tell.
    """

    workload: str
    digest: str
    to: str = ""
    reason: str = ""
    by: str = ""
    since: datetime | None = None

    @property
    def key(self) -> str:
        """Key of the object in the assets bucket."""
        return f"{FOLDER}{_REFUSED}{self.workload}/{self.digest}{_END}"

    @property
    def why(self) -> str:
        """Who has refused it, when and why, in a sentence."""
        when = f" on {minute(self.since)}" if self.since else ""
        return (
            f"{self.digest} of {self.workload} may not be deployed: {self.by or 'somebody'} rolled "
            f"back from it{when}{_because(self.reason)}"
        )

    @property
    def resume(self) -> str:
        """The command that lifts it."""
        return f"mlops-gitops resume {self.workload} --digest {self.digest}"

    @property
    def hint(self) -> str:
        """What to do instead, and how to lift it."""
        return f"Change the config: any other digest is deployed. If it is good: `{self.resume}`."


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
    def why(self) -> str:
        """Who has suspended it, until when and why, in a sentence."""
        by = self.by or "somebody"
        return f"{self.subject} is suspended {self.ends}, by {by}{_because(self.reason)}"

    @property
    def ends(self) -> str:
        """Until when, in words."""
        return f"until {minute(self.until)}" if self.until else "until somebody resumes it"

    @property
    def resume(self) -> str:
        """The command that ends it."""
        return f"mlops-gitops resume {self.workload or f'--stage {self.stage}'}"

    @property
    def hint(self) -> str:
        """How to end it."""
        return f"`{self.resume}` ends it."

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
        found = (each for each in self.suspended if each.workload == workload and not each.stage)
        return next(found, None)

    def of_stage(self, stage: str) -> Suspension | None:
        """Find why a stage is suspended; None if it is not."""
        found = (each for each in self.suspended if each.stage == stage and not each.workload)
        return next(found, None)


def held_at(now: datetime, holds: tuple[Hold, ...]) -> Holds:
    """Sort holds, without those that have ended by themselves."""
    suspended = (each for each in holds if isinstance(each, Suspension))
    return Holds(
        refused=tuple(each for each in holds if isinstance(each, Refused)),
        suspended=tuple(each for each in suspended if each.holds_at(now)),
    )


def written(hold: Hold) -> bytes:
    """Write what stands in a hold's object; the reason without secrets."""
    facts = {"reason": masked(hold.reason), "by": hold.by, "since": _iso(hold.since)}
    match hold:
        case Refused():
            said = {**facts, "to": hold.to}
        case Suspension():
            said = {**facts, "until": _iso(hold.until)}
        case _:
            assert_never(hold)
    return (json.dumps(said, indent=2, sort_keys=True) + "\n").encode()


def concerns(key: str, workload: str) -> bool:
    """Whether the hold under a key is about a workload, or about stages of all of them."""
    folders = f"{_REFUSED}{workload}/", f"{_WORKLOAD}{workload}{_END}", _STAGE
    return key.startswith(tuple(f"{FOLDER}{each}" for each in folders))


def read_hold(key: str, content: bytes) -> Hold | None:
    """Read a hold; None for an object that is none.

    One whose content makes no sense holds all the same: its key says what.
    """
    facts = _facts(content)
    told = {name: facts.get(name, "") for name in ("reason", "by")}
    since = _time(facts.get("since"))
    name = key.removeprefix(FOLDER).removesuffix(_END)
    if name.startswith(_REFUSED):
        workload, _, digest = name.removeprefix(_REFUSED).rpartition("/")
        return Refused(
            workload=workload, digest=digest, to=facts.get("to", ""), since=since, **told
        )
    until = _time(facts.get("until"))
    for folder, subject in ((_WORKLOAD, "workload"), (_STAGE, "stage")):
        if name.startswith(folder):
            what = {subject: name.removeprefix(folder)}
            return Suspension(since=since, until=until, **what, **told)
    return None


def read_until(text: str, now: datetime) -> datetime:
    """Read when a suspension ends: a span such as `90m`, `2h`, `3d`, or a time with its zone.

    Raises:
        UsageError: it is neither, or is over.
    """
    hint = "Write a span such as 90m, 2h or 3d, or a time such as 2026-12-01T10:00Z."
    if span := _SPAN.fullmatch(text.strip()):
        return now + timedelta(**{_UNITS[span[2]]: int(span[1])})
    found = _time(text.strip())
    if found is None:
        raise UsageError(f"{text!r} is no end: neither a span nor a time with its zone.", hint=hint)
    if found <= now:
        raise UsageError(f"{minute(found)} is over.", hint=hint)
    return found


def read_reason(text: str) -> str:
    """Read why something is held.

    Raises:
        UsageError: it says nothing, or too much.
    """
    reason = " ".join(text.split())
    if not reason or len(reason) > _LONGEST_REASON:
        hint = f"Say why in at most {_LONGEST_REASON} characters: --reason TEXT"
        raise UsageError("A reason is needed, for whoever reads it at night.", hint=hint)
    return reason


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


def minute(at: datetime) -> str:
    """Write a time to the minute, in UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _because(reason: str) -> str:
    reason = masked(reason).strip().removesuffix(".")
    return f": {reason}." if reason else "."
