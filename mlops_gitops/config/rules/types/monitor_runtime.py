"""MG106: A monitor may run longer than SageMaker lets it.

A run must end before the next one begins. With an hourly schedule it has an hour, and for model
quality and bias half an hour, because these wait for the ground truth. Source:
MonitoringStoppingCondition, `MaxRuntimeInSeconds`, in the SageMaker API reference.

Wrong:
    {"pipeline_type": "byom_model_quality_monitor",
     "schedule_expression": "cron(0 * ? * * *)", "monitor_max_runtime_seconds": 3600}

Right:
    {"pipeline_type": "byom_model_quality_monitor",
     "schedule_expression": "cron(0 * ? * * *)", "monitor_max_runtime_seconds": 1800}
"""

import re
from collections.abc import Iterator

from mlops_gitops.config.draft import Draft
from mlops_gitops.config.said import Said
from mlops_gitops.config.schemas import resolve, single_value
from mlops_gitops.problems import Problem

_SCHEDULE, _RUNTIME = "schedule_expression", "monitor_max_runtime_seconds"
_HOURLY_MAXIMUM = "x-hourly-maximum"
_EVERY = re.compile(r"cron\(0 (?:(\*)|[0-9]+(?:/([0-9]+))?) ")
_HOUR = 3600


def check(draft: Draft) -> Iterator[Problem]:
    """Refuse runtimes that are longer than the time between two runs."""
    if _RUNTIME not in draft.type.schema["properties"]:
        return
    node = single_value(draft.type.schema["properties"][_RUNTIME])
    about = resolve(draft.type.schema, node)
    said_at = set()
    for stage in draft.stage_names:
        path, written = draft.in_stage(_RUNTIME, stage)
        _, schedule = draft.in_stage(_SCHEDULE, stage)
        runtime = int(str(written or 0))
        most = _longest(str(schedule), about[_HOURLY_MAXIMUM])
        # What no schedule allows is said by the schema's own bounds.
        if most < runtime <= about["maximum"] and path not in said_at:
            said_at.add(path)
            yield draft.at(_said(runtime, most, str(schedule)), *path)


def _longest(schedule: str, hourly: int) -> int:
    """Give the seconds that a run may take; a day where it is not known when the next begins."""
    found = _EVERY.match(schedule)
    if found is None:
        return 24 * _HOUR
    hours = 1 if found[1] else int(found[2] or 24)
    return hourly if hours == 1 else hours * _HOUR


def _said(runtime: int, most: int, schedule: str) -> Said:
    message = f"A run may take {runtime} seconds, but with {schedule} SageMaker allows {most}."
    return Said("MG106", message, f"Write up to {most}, or run the monitor less often.")
