"""Problems as workflow commands of GitHub Actions, which annotates files with them.

Sources: `docs/commands.md` and `packages/core/src/command.ts` of actions/toolkit for the spelling;
`docs/problem-matchers.md` there for the limit: ten errors and ten warnings a step.
"""

from collections.abc import Iterator, Sequence
from hashlib import sha256

from mlops_gitops.config.said import printable
from mlops_gitops.problems import Problem, Severity
from mlops_gitops.views.problems_text import problems_text

LIMIT = 10
"""Annotations of one severity that GitHub shows for a step; it drops what comes after them."""

_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def problems_github(problems: Sequence[Problem]) -> str:
    """Write one annotation for each problem, errors first.

    Where there are too many, the last annotation says how many more there are, and those stand
    below it as text. Paths are relative to the checkout. Empty without problems.
    """
    return "\n".join(line for severity in Severity for line in _severity(severity, problems))


def _severity(severity: Severity, problems: Sequence[Problem]) -> Iterator[str]:
    found = [problem for problem in problems if problem.severity is severity]
    fits = len(found) <= LIMIT
    shown = found if fits else found[: LIMIT - 1]
    yield from (_annotation(problem) for problem in shown)
    if not fits:
        yield from _rest(severity, found[len(shown) :])


def _annotation(problem: Problem) -> str:
    where = problem.where
    properties = {"file": where.path, "line": str(where.line), "col": str(where.column)}
    # The log shows an annotation without its place, so the text says it again.
    text = f"{printable(str(where))}: {printable(problem.message)}\n{printable(problem.hint)}"
    return _command(problem.severity, {**properties, "title": problem.code}, text)


def _rest(severity: Severity, rest: Sequence[Problem]) -> Iterator[str]:
    count = f"{len(rest):,} more {severity.value}s"
    text = f"{count}: GitHub shows no more than {LIMIT} of a step. They stand in the step's log."
    yield _command(severity, {"title": count}, text)
    plain = problems_text(rest)
    # A file may be called `::error::`; no line between these two is taken for a command. Nobody
    # can write the mark into a text that it is the hash of.
    mark = sha256(plain.encode()).hexdigest()
    yield f"::group::{count}"
    yield f"::stop-commands::{mark}"
    yield plain
    yield f"::{mark}::"
    yield "::endgroup::"


def _command(severity: Severity, properties: dict[str, str], text: str) -> str:
    said = ",".join(
        f"{key}={printable(value).translate(_PROPERTY)}" for key, value in properties.items()
    )
    return f"::{severity.value} {said}::{text.translate(_DATA)}"
