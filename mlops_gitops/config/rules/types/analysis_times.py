"""MG107: A monitor that runs once does not say which data it analyses, or another one does.

A monitor with the schedule `NOW` analyses the data between `data_analysis_start_time` and
`data_analysis_end_time`, so it needs both. With any other schedule each run analyses what was
captured since the last one; then both are left out. Source: ScheduleConfig, in the SageMaker API
reference.

Wrong:
    {"schedule_expression": "NOW"}

Right:
    {"schedule_expression": "NOW",
     "data_analysis_start_time": "-PT2H", "data_analysis_end_time": "-PT1H"}
"""

from collections.abc import Iterator

from mlops_gitops.config.document import Json, Path
from mlops_gitops.config.draft import Draft
from mlops_gitops.config.said import Said, listed, quoted
from mlops_gitops.problems import Problem

_SCHEDULE = "schedule_expression"
_TIMES = {"data_analysis_start_time": "-PT2H", "data_analysis_end_time": "-PT1H"}


def check(draft: Draft) -> Iterator[Problem]:
    """Refuse NOW without both times, and either time without NOW."""
    if not set(_TIMES) <= set(draft.type.schema["properties"]):
        return
    said_at = set()
    for stage in draft.stage_names:
        where, schedule = draft.in_stage(_SCHEDULE, stage)
        written = {name: draft.in_stage(name, stage) for name in _TIMES}
        for path, said in _wrong(schedule, where, written, draft.mentioned):
            if path not in said_at:
                said_at.add(path)
                yield draft.at(said, *path)


def _wrong(
    schedule: Json, where: Path, written: dict[str, tuple[Path, Json]], mentioned: frozenset[str]
) -> Iterator[tuple[Path, Said]]:
    if schedule == "NOW":
        # A time whose shape is wrong has its own problem, one that is empty in this stage has not.
        missing = [
            name
            for name, (path, value) in written.items()
            if value is None and (len(path) > 1 or name not in mentioned)
        ]
        if missing:
            yield where, _missing(missing)
    elif schedule is not None:
        for name, (path, value) in written.items():
            if value is not None:
                yield path, _unwanted(name, str(schedule))


def _missing(names: list[str]) -> Said:
    keys = listed([quoted(name) for name in names])
    message = f"Schedule NOW needs {keys}."
    example = listed([f'"{name}": "{_TIMES[name]}"' for name in names])
    return Said("MG107", message, f"Add which data to analyse: {example}.")


def _unwanted(name: str, schedule: str) -> Said:
    message = f"{quoted(name)} is for schedule NOW only, and the schedule is {quoted(schedule)}."
    return Said("MG107", message, "Delete it, or write NOW as schedule_expression.")
