"""Problems as text: one line each, its hint below."""

from collections.abc import Sequence

from mlops_gitops.config.said import printable
from mlops_gitops.problems import Problem, Severity


def problems_text(problems: Sequence[Problem]) -> str:
    """Write `path:line:column: CODE message`, then the hint; nothing drives a terminal."""
    return "\n".join(line for problem in problems for line in _lines(problem))


def summary_text(count: int, problems: Sequence[Problem]) -> str:
    """Say how many configs were checked and how many problems were found."""
    warnings = sum(problem.severity is Severity.WARNING for problem in problems)
    errors = len(problems) - warnings
    parts = [f"{quantity(count, 'config')} checked", quantity(errors, "problem") if errors else ""]
    parts += [quantity(warnings, "warning") if warnings else "", "" if problems else "no problems"]
    return f"{', '.join(part for part in parts if part)}."


def _lines(problem: Problem) -> tuple[str, str]:
    warning = "warning: " if problem.severity is Severity.WARNING else ""
    line = f"{problem.where}: {problem.code} {warning}{problem.message}"
    return printable(line), printable(f"    {problem.hint}")


def quantity(number: int, noun: str) -> str:
    """Say how many there are of something: `1 error`, `1,000 errors`."""
    return f"{number:,} {noun if number == 1 else f'{noun}s'}"
