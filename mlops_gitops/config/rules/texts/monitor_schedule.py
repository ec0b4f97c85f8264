"""MG100: A monitor's schedule is none that SageMaker takes.

Monitors run hourly, daily at a full hour, every so many hours, or once: `NOW`. Anything else is
refused when the schedule is made. Times are in UTC. Source: ScheduleConfig, `ScheduleExpression`,
in the SageMaker API reference.

Wrong:
    {"schedule_expression": "cron(30 12 * * ? *)"}

Right:
    {"schedule_expression": "cron(0 12 ? * * *)"}
"""

import re

from mlops_gitops.config.said import Said, quoted
from mlops_gitops.config.schemas import Schema

_HOURLY = "cron(0 * ? * * *)"
_CHOICE = (
    f"hourly {_HOURLY}, daily cron(0 12 ? * * *), every 6 hours cron(0 0/6 ? * * *), or NOW once"
)
_RATE = re.compile(r"rate\(\s*([0-9]{1,4})\s*(hour|day)s?\s*\)", re.IGNORECASE)
_CRON = re.compile(r"(?:cron)?\s*\(?\s*\S+\s+(\S+)(?:\s+\S+){2,4}?\s*\)?", re.IGNORECASE)
_HOUR = re.compile(r"(?P<first>[0-9]{1,2}|\*)(?:/(?P<every>[0-9]{1,2}))?")
_HOURS_OF_A_DAY = 24


def why(text: str, schema: Schema) -> Said:
    """Name the nearest schedule that SageMaker takes."""
    near = _nearest(text.strip())
    if near is None or not re.fullmatch(schema["pattern"].strip("^$"), near):
        return _said(text, f"Write one of: {_CHOICE}.")
    return _said(text, f"Nearest: {quoted(near)}. Possible: {_CHOICE}.")


def _nearest(text: str) -> str | None:
    if text.upper() == "NOW":
        return "NOW"
    rate = _RATE.fullmatch(text)
    if rate is not None:
        count = int(rate.group(1)) * (_HOURS_OF_A_DAY if rate.group(2).lower() == "day" else 1)
        return _every(0, count)
    cron = _CRON.fullmatch(text)
    hour = _HOUR.fullmatch(cron.group(1)) if cron is not None else None
    if hour is None:
        return None
    first = 0 if hour["first"] == "*" else int(hour["first"]) % _HOURS_OF_A_DAY
    if hour["every"] is not None:
        return _every(first, int(hour["every"]))
    return _HOURLY if hour["first"] == "*" else f"cron(0 {first} ? * * *)"


def _every(first: int, hours: int) -> str:
    if hours == 1:
        return _HOURLY
    if hours >= _HOURS_OF_A_DAY:
        return f"cron(0 {first} ? * * *)"
    return f"cron(0 {first}/{hours} ? * * *)"


def _said(text: str, hint: str) -> Said:
    return Said("MG100", f"{quoted(text)} is no schedule that SageMaker takes for monitors.", hint)
