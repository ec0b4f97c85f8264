"""MG134: A field of a cron expression is not possible.

The six fields are minutes, hours, day of the month, month, day of the week (1 is Sunday) and year.
Exactly one of the two days is `?`. Source: "Schedule types on EventBridge Scheduler" in the
EventBridge Scheduler user guide.

Wrong:
    {"schedule_expression": "cron(0 4 * * MON *)"}

Right:
    {"schedule_expression": "cron(0 4 ? * MON *)"}
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mlops_gitops.config.draft import Draft
from mlops_gitops.config.said import Said, quoted
from mlops_gitops.config.schemas import PER_STAGE, resolve, single_value
from mlops_gitops.problems import Problem

_RULE = "schedule"
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")


@dataclass(frozen=True, slots=True)
class _Field:
    """A field of a cron expression: its bounds, the names of its values, and what else it takes."""

    what: str
    least: int
    most: int
    names: tuple[str, ...] = ()
    special: re.Pattern[str] = re.compile(r"(?!)")

    def takes(self, text: str) -> bool:
        """Say whether every part of a field's text is possible."""
        return text == "?" or all(self._part(part) for part in text.split(","))

    def _part(self, part: str) -> bool:
        if self.special.fullmatch(part):
            return True
        span, slash, step = part.partition("/")
        if slash and not (step.isdecimal() and 1 <= int(step) <= self.most):
            return False
        first, dash, last = span.partition("-")
        if span == "*":
            return True
        ends = [self._number(end) for end in ((first, last) if dash else (first,))]
        return all(end is not None and self.least <= end <= self.most for end in ends)

    def _number(self, text: str) -> int | None:
        if text in self.names:
            return self.names.index(text) + 1
        return int(text) if re.fullmatch(r"[0-9]{1,4}", text) else None

    def possible(self) -> str:
        """Say which values there are."""
        names = f" or {self.names[0]} to {self.names[-1]}" if self.names else ""
        return f"{self.least} to {self.most}{names}"


_DAY_OF_MONTH = re.compile(r"L|LW|L-([1-9]|[12][0-9]|30)|([1-9]|[12][0-9]|3[01])W")
_DAY_OF_WEEK = re.compile(rf"L|([1-7]|{'|'.join(_DAYS)})(L|#[1-5])")
_FIELDS = (
    _Field("minutes", 0, 59),
    _Field("hours", 0, 23),
    _Field("day of the month", 1, 31, special=_DAY_OF_MONTH),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of the week", 1, 7, _DAYS, _DAY_OF_WEEK),
    _Field("year", 1970, 2199),
)


def check(draft: Draft) -> Iterator[Problem]:
    """Refuse cron expressions with a field that EventBridge Scheduler does not take."""
    for field in draft.fields:
        node = draft.type.schema["properties"][field]
        about = resolve(draft.type.schema, single_value(node) if PER_STAGE in node else node)
        if about.get("x-rule") == _RULE:
            for path, text in draft.texts(field):
                said = _wrong(text) if text.startswith("cron(") else None
                if said is not None:
                    yield draft.at(said, *path)


def _wrong(text: str) -> Said | None:
    """Find the first field that is not possible."""
    fields = text.removeprefix("cron(").removesuffix(")").split(" ")
    for about, field in zip(_FIELDS, fields, strict=True):
        if not about.takes(field) or (field == "?" and not about.what.startswith("day")):
            message = f"{quoted(field)} cannot be the {about.what} of a cron expression."
            return Said("MG134", message, f"Use {about.possible()}, with * , - and /.")
    return _wrong_days(fields)


def _wrong_days(fields: list[str]) -> Said | None:
    """Say that not exactly one of the two days is a question mark."""
    minutes, hours, of_month, month, of_week, year = fields
    if (of_month == "?") != (of_week == "?"):
        return None
    both = "both days are '?'" if of_month == "?" else "neither of the two days is '?'"
    month_counts = of_week in {"*", "?"}
    of_month = of_month.replace("?", "*") if month_counts else "?"
    right = f"cron({minutes} {hours} {of_month} {month} {'?' if month_counts else of_week} {year})"
    message = f"The schedule cannot be read: {both}."
    return Said("MG134", message, f"Exactly one of them is, such as {right}.")
