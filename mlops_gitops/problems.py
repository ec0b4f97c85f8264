"""Problems: what is wrong with what a user wrote, where, and how to mend it.

A problem is a value. It is collected with others, never raised alone, and shown once.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum


class Severity(Enum):
    """How bad a problem is: an error stops everything, a warning is only said."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a file of the repository.

    Attributes:
        path: relative to the repository's root, with forward slashes.
        line: 1 for the first line.
        column: 1 for the first character of the line.
    """

    path: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One mistake, in the user's words.

    Attributes:
        code: stable, `MG` and three digits; `mlops-gitops explain CODE` tells more.
        where: the place of the mistake.
        message: what is wrong, one sentence.
        hint: how to mend it, one sentence.
        severity: whether it stops the run.
        pointer: JSON pointer (RFC 6901) into the document; empty for the whole file.
    """

    code: str
    where: Location
    message: str
    hint: str
    severity: Severity = Severity.ERROR
    pointer: str = ""


def errors_among(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Keep the problems that stop a run."""
    return tuple(problem for problem in problems if problem.severity is Severity.ERROR)


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Sort problems by place, then by code."""
    return tuple(sorted(problems, key=lambda problem: (problem.where, problem.code)))


def below(folder: str, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Give problems the paths that they have from further up; `folder` is empty for the same."""
    if not folder:
        return tuple(problems)
    return tuple(
        replace(problem, where=replace(problem.where, path=f"{folder}/{problem.where.path}"))
        for problem in problems
    )
