"""MG133: A schedule is neither a rate nor a cron expression of EventBridge Scheduler.

`rate(7 days)` runs again and again, counted from the deployment. `cron(0 4 ? * MON *)` runs at
minutes, hours, days of the month, months, days of the week and years, in UTC. Source: "Schedule
types on EventBridge Scheduler" in the EventBridge Scheduler user guide.

Wrong:
    {"schedule_expression": "0 4 * * 1"}

Right:
    {"schedule_expression": "cron(0 4 ? * MON *)"}
"""

import re

from mlops_gitops.config.said import Said, quoted
from mlops_gitops.config.schemas import Schema

_FIELDS = 6
_FORM = "cron(<minutes> <hours> <day of month> <month> <day of week> <year>)"
_RATE = re.compile(r"rate\(\s*([0-9]+)\s+(minute|hour|day|week)s?\s*\)", re.IGNORECASE)


def why(text: str, schema: Schema) -> Said:  # noqa: ARG001 - every rule is asked alike
    """Say what is wrong with the outer form, and the nearest form that is right."""
    rate = _RATE.fullmatch(text.strip())
    if rate is not None and int(rate.group(1)) > 0:
        weeks = rate.group(2).lower() == "week"
        because = "there are no weeks" if weeks else "its unit does not go with its number"
        return _said(text, because, f"Write {_respelt(rate)}.")
    if text.strip().startswith("rate"):
        return _said(text, "a rate has a number and a unit", "Write it like rate(7 days).")
    if text.strip().startswith("at("):
        return _said(text, "it would run only once", f"Write {_FORM} or rate(...).")
    inside = text.strip().removeprefix("cron").strip("() \t")
    fields = inside.split()
    if len(fields) == _FIELDS:
        because = "six fields stand in cron(...), one blank between them"
        return _said(text, because, f"Write cron({' '.join(fields)}).")
    if text.strip().startswith("cron("):
        because = f"it has {len(fields)} {'field' if len(fields) == 1 else 'fields'}, not six"
        return _said(text, because, f"Write {_FORM}.")
    return _said(text, "it is neither cron(...) nor rate(...)", f"Write {_FORM} or rate(...).")


def _respelt(rate: re.Match[str]) -> str:
    number, unit = int(rate.group(1)), rate.group(2).lower()
    if unit == "week":
        number, unit = number * 7, "day"
    return f"rate({number} {unit}{'' if number == 1 else 's'})"


def _said(text: str, because: str, hint: str) -> Said:
    return Said("MG133", f"{quoted(text)} is no schedule: {because}.", hint)
