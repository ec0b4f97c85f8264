"""MG146: More training jobs run at the same time than there are.

Left out, `max_jobs` is 1, except with strategy Grid, which runs all combinations. Source:
CreateHyperParameterTuningJob, `ResourceLimits`, in the SageMaker API reference.

Wrong:
    {"tuner_configs": {"objective_metric_name": "validation:auc",
                       "max_jobs": 2, "max_parallel_jobs": 4}}

Right:
    {"tuner_configs": {"objective_metric_name": "validation:auc",
                       "max_jobs": 8, "max_parallel_jobs": 4}}
"""

from collections.abc import Iterator

from mlops_gitops.config.draft import Draft
from mlops_gitops.config.said import Said, quoted
from mlops_gitops.problems import Problem

_TUNER, _ALL, _PARALLEL = "tuner_configs", "max_jobs", "max_parallel_jobs"


def check(draft: Draft) -> Iterator[Problem]:
    """Refuse more parallel jobs than jobs."""
    tuner = draft.fields.get(_TUNER)
    if not isinstance(tuner, dict) or tuner.get("strategy") == "Grid":
        return
    jobs, parallel = tuner.get(_ALL, 1), tuner.get(_PARALLEL, 1)
    if isinstance(jobs, (int, float)) and isinstance(parallel, (int, float)) and parallel > jobs:
        written = "is" if _ALL in tuner else "is left out, so it is"
        message = f"{quoted(_PARALLEL)} is {parallel}, but {quoted(_ALL)} {written} {jobs}."
        hint = f"Write a {_ALL} of {parallel} or more, or a smaller {_PARALLEL}."
        yield draft.at(Said("MG146", message, hint), _TUNER, _PARALLEL)
