"""Checks: what a commit's page in a code host says about it."""

from dataclasses import dataclass
from enum import Enum


class Conclusion(Enum):
    """How a check ended, in GitHub's words."""

    SUCCESS = "success"
    FAILURE = "failure"
    NEUTRAL = "neutral"  # nothing was found out, and nothing is held up by that


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What a commit's page says about one check.

    Attributes:
        name: always the same, so that a repository can require it.
        commit: full id of the commit that was pushed, not of a merge made for a test.
        title: one line.
        summary: Markdown; one that is too long for the host is left out, and that is said.
    """

    name: str
    commit: str
    conclusion: Conclusion
    title: str
    summary: str
