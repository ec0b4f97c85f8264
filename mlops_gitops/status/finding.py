"""Findings: what a look at one thing that deployments need has shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum


class Result(Enum):
    """How it is. A warning stops nothing; what failed stops a deployment, now or later."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was seen, and what to do about it; nothing to do where all is well."""

    result: Result
    seen: str
    fix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of what `doctor` tells.

    Attributes:
        check: its name; stable.
        about: which account, stack or secret; empty where there is only one.
        what: what is checked, in words.
        seen: what was found; for what was not checked, what it needs.
        fix: the next thing to do; empty where there is nothing to do here.
    """

    check: str
    about: str
    what: str
    result: Result
    seen: str
    fix: str


def ok(seen: str) -> Finding:
    """All is well."""
    return Finding(result=Result.OK, seen=seen)


def warning(seen: str, fix: str) -> Finding:
    """It can be lived with."""
    return Finding(result=Result.WARNING, seen=seen, fix=fix)


def failed(seen: str, fix: str) -> Finding:
    """It has to be mended."""
    return Finding(result=Result.FAILED, seen=seen, fix=fix)


def counted(lines: Sequence[Line]) -> dict[Result, int]:
    """Count the lines of each result."""
    return {result: sum(line.result is result for line in lines) for result in Result}
