"""MG147: Strategy Grid cannot search these ranges.

Grid tries every combination of choices: all ranges are categorical, there are up to 750
combinations, and `max_jobs` is left out or exactly their number. Source: "Understand the
hyperparameter tuning strategies" and "Resource limits for automatic model tuning" in the SageMaker
developer guide.

Wrong:
    {"tuner_configs": {"objective_metric_name": "validation:auc", "strategy": "Grid"},
     "hyperparamaters_ranges": {"eta": ["continuous", [0.1, 0.5]]}}

Right:
    {"tuner_configs": {"objective_metric_name": "validation:auc", "strategy": "Grid"},
     "hyperparamaters_ranges": {"eta": ["categorical", ["0.1", "0.3", "0.5"]]}}
"""

from collections.abc import Iterator
from math import prod

from mlops_gitops.config.document import Json
from mlops_gitops.config.draft import Draft
from mlops_gitops.config.said import Said, quoted
from mlops_gitops.problems import Problem

_TUNER, _RANGES, _JOBS = "tuner_configs", "hyperparamaters_ranges", "max_jobs"
_MOST = 750


def check(draft: Draft) -> Iterator[Problem]:
    """Refuse ranges without an end, too many combinations, and another number of jobs."""
    tuner, ranges = draft.fields.get(_TUNER), draft.fields.get(_RANGES)
    if not isinstance(tuner, dict) or not isinstance(ranges, dict):
        return
    if tuner.get("strategy") != "Grid":
        return
    endless = [name for name, range_ in ranges.items() if _kind(range_) != "categorical"]
    for name in endless:
        kind = _kind(ranges[name])
        message = f"Strategy Grid tries every choice; {quoted(name)} is {kind}."
        hint = 'List the choices: ["categorical", ["0.1", "0.3"]], or use another strategy.'
        yield draft.at(Said("MG147", message, hint), _RANGES, name, 0)
    if not endless:
        yield from _number_of_jobs(
            draft, tuner, prod(_choices(range_) for range_ in ranges.values())
        )


def _number_of_jobs(draft: Draft, tuner: dict[str, Json], combinations: int) -> Iterator[Problem]:
    jobs = tuner.get(_JOBS, combinations)
    if combinations > _MOST:
        message = f"The ranges have {combinations} combinations; SageMaker tries up to {_MOST}."
        yield draft.at(Said("MG147", message, "Leave out choices, or use Random."), _RANGES)
    elif jobs != combinations:
        message = f"Strategy Grid tries all {combinations} combinations, not {jobs}."
        hint = f"Leave out {_JOBS}, or write {combinations}."
        yield draft.at(Said("MG147", message, hint), _TUNER, _JOBS)


def _kind(range_: Json) -> str:
    return str(range_[0]) if isinstance(range_, list) else ""


def _choices(range_: Json) -> int:
    values = range_[1] if isinstance(range_, list) else ()
    return len(values) if isinstance(values, list) else 0
