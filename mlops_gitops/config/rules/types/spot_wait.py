"""MG140: A job on spot instances may run longer than it may take with waiting.

`max_wait_time_spot_instances` is the time for waiting and running together, so it is never less
than `max_runtime_per_job`. Source: CreateTrainingJob, `StoppingCondition`, `MaxWaitTimeInSeconds`,
in the SageMaker API reference.

Wrong:
    {"max_runtime_per_job": 86400, "max_wait_time_spot_instances": 3600}

Right:
    {"max_runtime_per_job": 3600, "max_wait_time_spot_instances": 7200}
"""

from collections.abc import Iterator

from mlops_gitops.config.draft import Draft
from mlops_gitops.config.said import Said, quoted
from mlops_gitops.problems import Problem

_SPOT, _RUN, _WAIT = "use_spot_instances", "max_runtime_per_job", "max_wait_time_spot_instances"


def check(draft: Draft) -> Iterator[Problem]:
    """Refuse a wait that is shorter than the run, where there is a wait."""
    run, wait = draft.number(_RUN), draft.number(_WAIT)
    if run is None or wait is None or not draft.flag(_SPOT) or wait >= run:
        return
    # Whichever the user wrote is the one to look at; the other one may be a default.
    field = _WAIT if _WAIT in draft.fields else _RUN
    message = f"{quoted(_WAIT)} is {wait}, less than {quoted(_RUN)}, which is {run}."
    hint = f"Write a {_WAIT} of {run} or more, or a shorter {_RUN}, or {_SPOT}: false."
    yield draft.at(Said("MG140", message, hint), field)
