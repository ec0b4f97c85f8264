"""Problems as JSON, for programs."""

import json
from collections.abc import Sequence

from mlops_gitops.problems import Problem

SCHEMA_VERSION = 1
"""Raised when a key changes its meaning or goes; new keys do not raise it."""


def problems_json(problems: Sequence[Problem]) -> str:
    """Write all problems; ASCII only, so nothing in it drives a terminal."""
    written = {
        "schema_version": SCHEMA_VERSION,
        "problems": [problem_members(problem) for problem in problems],
    }
    return json.dumps(written, indent=2)


def problem_members(problem: Problem) -> dict[str, str | int]:
    """Give one problem as a JSON object."""
    return {
        "code": problem.code,
        "severity": problem.severity.value,
        "path": problem.where.path,
        "line": problem.where.line,
        "column": problem.where.column,
        "pointer": problem.pointer,
        "message": problem.message,
        "hint": problem.hint,
    }
