"""CI runs: what a service of continuous integration started us for."""

from dataclasses import dataclass
from enum import Enum


class Duty(Enum):
    """What a run is there for."""

    PLAN = "plan"  # a change that is proposed
    APPLY = "apply"  # a change that was accepted
    NOTHING = "nothing"  # neither of the two; nobody said what to do


class Service(Enum):
    """Who started a run; the value is what people call it."""

    GITHUB = "GitHub Actions"
    GITLAB = "GitLab CI"
    NONE = "no known service"


@dataclass(frozen=True, slots=True, kw_only=True)
class CiRun:
    """One run.

    Attributes:
        base: revision that the proposed change is told from; empty where nothing is proposed.
        head: full id of the commit that was pushed, not of a merge made for a test; empty where
            it is not known.
        repository: `owner/name` at the service; empty where it is not known.
        pull_request: its number; 0 where there is none.
        is_fork: whether the change comes from somebody else's copy of the repository.
        address: of the run's page; empty where it is not known.
        because: what told the duty, in a few words.
    """

    service: Service
    duty: Duty
    base: str = ""
    head: str = ""
    repository: str = ""
    pull_request: int = 0
    is_fork: bool = False
    address: str = ""
    because: str = ""
