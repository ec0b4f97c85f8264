"""What is told of a commit, and of a failure."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from mlops_gitops.errors import InvalidRepository, MlopsError
from mlops_gitops.problems import Problem
from mlops_gitops.runs.applied import Applied, Outcome
from mlops_gitops.status.watch import EventKind
from mlops_gitops.use_cases.watch.carry import Carried

_NO_NEWS = (Outcome.UNCHANGED, Outcome.UNDER_WAY)
_MOST = 20
"""Problems that are told of one commit; `validate` tells all."""


def told_of(carried: Carried) -> Iterator[tuple[EventKind, Mapping[str, Any]]]:
    """Say what became of a commit: each workload that there is something new of, then the whole."""
    for each in carried.applied:
        if each.outcome not in _NO_NEWS:
            yield EventKind.WORKLOAD, {"commit": carried.commit, **_workload(each)}
    if carried.refusal is not None:
        yield EventKind.REFUSED, {"commit": carried.commit, **said_of(carried.refusal)}
        return
    counts = Counter(each.outcome.value for each in carried.applied)
    about = {"commit": carried.commit, "done": carried.done.value, "workloads": dict(counts)}
    yield EventKind.CARRIED, about


def said_of(failure: MlopsError) -> dict[str, Any]:
    """Say what failed, and what to do next."""
    said: dict[str, Any] = {"message": failure.message, "next": failure.hint}
    if isinstance(failure, InvalidRepository):
        said["next"] = "Mend them in a newer commit."
        said["problems"] = [_problem(each) for each in failure.problems[:_MOST]]
    return said


def _workload(applied: Applied) -> dict[str, Any]:
    said = {
        "workload": applied.workload,
        "outcome": applied.outcome.value,
        "digest": applied.digest,
        "execution_id": applied.execution_id,
    }
    return said if applied.failure is None else {**said, **said_of(applied.failure)}


def _problem(problem: Problem) -> str:
    where = problem.where
    return f"{where.path}:{where.line}:{where.column}: {problem.code} {problem.message}"
