"""What nobody waits for: deployed, or else told to people and kept in a queue; never silent.

What a person has to mend is told and kept at once. What may be better later is told and raised:
Lambda tries it twice more, then puts it into the queue by itself. Source: "How Lambda handles
errors and retries with asynchronous invocation", Lambda developer guide.
"""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from mlops_gitops.api.drop import dropped_in
from mlops_gitops.api.handed_over import carry_on
from mlops_gitops.config.said import printable
from mlops_gitops.config.secrets import masked
from mlops_gitops.errors import InvalidRepository, MlopsError, PolicyFailure, UsageError
from mlops_gitops.use_cases.doors import Doors
from mlops_gitops.use_cases.drop import Dropped, Ignored, take
from mlops_gitops.views.problems_json import problem_members
from mlops_gitops.views.problems_text import problems_text

_log = logging.getLogger(__name__)
_LONGEST_SUBJECT = 100
_FOR_PEOPLE = (InvalidRepository, PolicyFailure, UsageError)
"""Trying again changes nothing about these."""


class TryAgainError(Exception):
    """Something may work later; Lambda tries it again because this is raised."""


def take_objects(doors: Doors, event: Mapping[str, Any]) -> None:
    """Deploy each object that an event tells of.

    Raises:
        TryAgainError: one of them may work later; those that worked are not started twice.
    """
    later = [
        dropped.key
        for dropped in dropped_in(event)
        if not _done(doors, _about(dropped), lambda dropped=dropped: _take(doors, dropped))  # type: ignore[misc]  # bound at once
    ]
    if later:
        raise TryAgainError(", ".join(later))


def take_handed_over(doors: Doors, event: Mapping[str, Any]) -> None:
    """Deploy a config whose delivery pipeline had to be made first.

    Raises:
        TryAgainError: it may work later.
    """
    about = {"config": event["body"], "door": event["door"], "by": event["by"]}
    if not _done(doors, about, lambda: _log.info("%s", carry_on(doors.entrance, event))):
        raise TryAgainError("a config that was handed over")


def _take(doors: Doors, dropped: Dropped) -> None:
    done = take(doors.entrance, doors.drops, dropped)
    if isinstance(done, Ignored):
        _log.info("%s is ignored: %s", printable(dropped.key), done.value)
    else:
        _log.info("%s: %s", printable(dropped.key), done)


def _done(doors: Doors, about: Mapping[str, str], do: Callable[[], None]) -> bool:
    """Do something; whether that is all, or it may work later."""
    try:
        do()
    except _FOR_PEOPLE as error:
        _tell(doors, about, error, "Mend it, then hand it in again; it is kept in the queue.")
        doors.leftovers.keep({**about, **_said(error)})
        return True
    except MlopsError as error:
        _tell(doors, about, error, "It is tried again twice, then it is kept in the queue.")
        return False
    return True


def _about(dropped: Dropped) -> dict[str, str]:
    return {
        "bucket": dropped.bucket,
        "key": dropped.key,
        "version": dropped.version,
        "by": dropped.by,
    }


def _tell(doors: Doors, about: Mapping[str, str], error: MlopsError, end: str) -> None:
    name = about.get("key", "a config from the API")
    subject = printable(masked(f"Not deployed: {name}")).encode("ascii", "replace").decode()
    where = [f"{key}: {about[key]}" for key in ("bucket", "key", "version", "by") if about.get(key)]
    problems = problems_text(error.problems) if isinstance(error, InvalidRepository) else ""
    lines = [error.message, error.hint, problems, *where, "", end]
    text = masked("\n".join(line for line in lines if line))
    _log.warning("%s", text)
    doors.notices.tell(subject[:_LONGEST_SUBJECT], text)


def _said(error: MlopsError) -> dict[str, Any]:
    problems = error.problems if isinstance(error, InvalidRepository) else ()
    return {
        "message": masked(error.message),
        "hint": masked(error.hint),
        "problems": [problem_members(each) for each in problems],
    }
