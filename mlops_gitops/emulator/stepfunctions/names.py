"""How Step Functions spells members and values.

Its AWS SDK integrations are the AWS SDK for Java's: a run of capitals that a name begins with is
one word (`DBClusterArn` is `DbClusterArn`), the first letter is a capital also where the API's is
small (developer guide, "Learning to use AWS service SDK integrations"), times are ISO 8601.
Tailored integrations keep the API's names and tell times in milliseconds since 1970.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

_ACRONYM = re.compile(r"[A-Z]+(?=[A-Z][a-z])")
Moment = Callable[[datetime], Any]


def sdk_name(member: str) -> str:
    """A member's name in an AWS SDK integration."""
    found = _ACRONYM.match(member)
    if found:
        return found[0].capitalize() + member[found.end() :]
    return member[:1].upper() + member[1:]


def api_name(member: str) -> str:
    """A member's name in a tailored integration."""
    return member


def iso_moment(moment: datetime) -> str:
    """A time in an AWS SDK integration."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def milliseconds(moment: datetime) -> int:
    """A time in a tailored integration."""
    return round(moment.timestamp() * 1000)


def spelled(answer: Any, shape: Any, name: Callable[[str], str], at: Moment) -> Any:
    """A service's answer as the output of a task: JSON, with bytes as text."""
    match answer:
        case dict():
            members = shape.members if shape is not None and shape.type_name == "structure" else {}
            inner = shape.value if shape is not None and shape.type_name == "map" else None
            return {
                (name(key) if key in members else key): spelled(
                    value, members.get(key, inner), name, at
                )
                for key, value in answer.items()
            }
        case list():
            member = shape.member if shape is not None else None
            return [spelled(value, member, name, at) for value in answer]
        case datetime():
            return at(answer)
        case bytes():
            return answer.decode("utf-8", "replace")
        case _ if hasattr(answer, "read"):
            return answer.read().decode("utf-8", "replace")
        case _:
            return answer
