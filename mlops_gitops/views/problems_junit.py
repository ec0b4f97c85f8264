"""Problems as JUnit XML, for everything that shows test reports, such as GitLab.

Sources: `junit-10.xsd` of Jenkins' xUnit plug-in; "Unit test reports" of GitLab's documentation, of
whose readers some take only the first `failure` of a test case: each file has one, with everything.
"""

from collections.abc import Iterator, Sequence
from html import escape

from mlops_gitops.config.said import printable
from mlops_gitops.config.settings import SETTINGS_PATH
from mlops_gitops.problems import Problem, errors_among
from mlops_gitops.views.problems_text import problems_text, quantity

_SUITE = "mlops-gitops validate"


def problems_junit(checked: Sequence[str], problems: Sequence[Problem]) -> str:
    """Write one test case for each file that was checked; errors fail it, warnings are output.

    Args:
        checked: paths of the configs; the settings and files with problems are added.
        problems: with paths that are relative as those are.
    """
    paths = sorted({*checked, *(problem.where.path for problem in problems)} or {SETTINGS_PATH})
    failed = len({problem.where.path for problem in errors_among(tuple(problems))})
    counts = f'tests="{len(paths)}" failures="{failed}" errors="0"'
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<testsuites name="{_SUITE}" {counts}>']
    lines.append(f'  <testsuite name="{_SUITE}" {counts} skipped="0">')
    for path in paths:
        lines += _case(path, [problem for problem in problems if problem.where.path == path])
    return "\n".join([*lines, "  </testsuite>", "</testsuites>"])


def _case(path: str, problems: Sequence[Problem]) -> Iterator[str]:
    name = _text(path)
    start = f'    <testcase classname="{_SUITE}" name="{name}" file="{name}"'
    if not problems:
        yield f"{start}/>"
        return
    errors = errors_among(tuple(problems))
    warnings = [problem for problem in problems if problem not in errors]
    yield f"{start}>"
    if errors:
        many = f"{quantity(len(errors), 'error')} found"
        said = f'message="{_text(errors[0].message if len(errors) == 1 else many)}"'
        yield f'      <failure {said} type="{_text(errors[0].code)}">{_all(errors)}</failure>'
    if warnings:
        yield f"      <system-out>{_all(warnings)}</system-out>"
    yield "    </testcase>"


def _all(problems: Sequence[Problem]) -> str:
    return escape(problems_text(problems))


def _text(text: str) -> str:
    """Escape a text; what XML cannot hold at all, such as U+0001, is spelled out."""
    return escape(printable(text))
