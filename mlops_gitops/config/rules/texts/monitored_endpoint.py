"""MG105: An endpoint's name leaves no room for the names that are derived from it.

A monitor's schedule and its baseline job are called `<endpoint>-<kind of monitor>-<8 characters>`;
SageMaker takes 63. Source: CreateMonitoringSchedule, `MonitoringScheduleName`, in the SageMaker API
reference.

Wrong:
    an endpoint_name of 60 characters

Right:
    an endpoint_name that leaves the schedule's name at 63 characters
"""

from mlops_gitops.config.rules.texts import endpoint_name
from mlops_gitops.config.said import Said, quoted
from mlops_gitops.config.schemas import Schema

_LONGEST = 63


def why(text: str, schema: Schema) -> Said:
    """Tell a name that is too long here from one that is no name at all."""
    most = schema["maxLength"]
    if len(text) <= most:
        return endpoint_name.why(text, schema)
    derived = len(text) + _LONGEST - most
    message = f"{quoted(text)} is too long to watch: its schedule's name has {derived} characters."
    hint = f"SageMaker takes {_LONGEST}, so an endpoint's name has up to {most} here."
    return Said("MG105", message, hint)
