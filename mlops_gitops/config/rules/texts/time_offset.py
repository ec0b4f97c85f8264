"""MG102: A time before a run is not written as a duration.

Which captured data a run analyses is said relative to the run: a minus and an ISO 8601 duration of
days, hours, minutes and seconds, up to 15 characters. `PT0H` is the run itself. Source:
ScheduleConfig, `DataAnalysisStartTime`, in the SageMaker API reference.

Wrong:
    {"data_analysis_start_time": "2 hours"}

Right:
    {"data_analysis_start_time": "-PT2H"}
"""

import re

from mlops_gitops.config.said import Said, quoted
from mlops_gitops.config.schemas import Schema

_COUNT = re.compile(r"[-+]?\s*P?T?\s*([0-9]{1,4})\s*(d|h|m|s)\w*", re.IGNORECASE)


def why(text: str, schema: Schema) -> Said:  # noqa: ARG001 - every rule is asked alike
    """Show how the duration is written, if one can be seen."""
    message = f"{quoted(text)} is no time before a run."
    seen = _COUNT.fullmatch(text.strip())
    if seen is None:
        return Said("MG102", message, "Write it as '-PT1H' (an hour before), '-PT30M' or '-P1D'.")
    unit = seen.group(2).upper()
    near = f"-P{seen.group(1)}D" if unit == "D" else f"-PT{seen.group(1)}{unit}"
    return Said("MG102", message, f"Write {quoted(near)}.")
