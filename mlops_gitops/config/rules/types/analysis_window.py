"""MG108: The data that a monitor analyses ends before it begins, or spans more than a day.

Both times are before the run, so the start is the earlier and larger one; SageMaker takes up to 24
hours between them. Source: ScheduleConfig, `DataAnalysisStartTime`, in the SageMaker API reference.

Wrong:
    {"data_analysis_start_time": "-PT1H", "data_analysis_end_time": "-PT2H"}

Right:
    {"data_analysis_start_time": "-PT2H", "data_analysis_end_time": "-PT1H"}
"""

import re
from collections.abc import Iterator

from mlops_gitops.config.draft import Draft
from mlops_gitops.config.said import Said
from mlops_gitops.problems import Problem

_START, _END = "data_analysis_start_time", "data_analysis_end_time"
_UNITS = {"D": 86400, "H": 3600, "M": 60, "S": 1}
_DAY = 86400


def check(draft: Draft) -> Iterator[Problem]:
    """Refuse windows that are empty, turned round or too wide."""
    if _START not in draft.fields or _END not in draft.fields:
        return
    said_at = set()
    for stage in draft.stage_names:
        path, start = draft.in_stage(_START, stage)
        _, end = draft.in_stage(_END, stage)
        if isinstance(start, str) and isinstance(end, str) and path not in said_at:
            for said in _wrong(start, end):
                said_at.add(path)
                yield draft.at(said, *path)


def _wrong(start: str, end: str) -> Iterator[Said]:
    width = _seconds(start) - _seconds(end)
    if width <= 0:
        message = f"The data to analyse begins at {start} and ends at {end}, which is not later."
        yield Said("MG108", message, "Make the start the earlier one: start -PT2H, end -PT1H.")
    if width > _DAY:
        message = f"The data to analyse spans {width / 3600:g} hours, from {start} to {end}."
        yield Said("MG108", message, "SageMaker takes up to 24 hours; bring the two nearer.")


def _seconds(offset: str) -> int:
    """Give how long before the run a time is."""
    return sum(int(count) * _UNITS[unit] for count, unit in re.findall(r"([0-9]+)([DHMS])", offset))
