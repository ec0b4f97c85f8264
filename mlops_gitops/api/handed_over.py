"""What a caller cannot wait for: a config whose delivery pipeline is still being made."""

from collections.abc import Mapping
from typing import Any

from mlops_gitops.use_cases.entrance import CONFIG, Accepted, Entrance, Submitter, carry, judge

MARK = "mlops-gitops"
_CARRY = "carry"


def event_of(content: bytes, by: Submitter) -> dict[str, Any]:
    """Make the event that the function sends to itself."""
    return {MARK: _CARRY, "body": content.decode(), "door": by.door, "by": by.name}


def carry_on(entrance: Entrance, event: Mapping[str, Any]) -> Accepted:
    """Deploy the config of such an event.

    Raises:
        MlopsError: it cannot be deployed, or not now.
    """
    config = judge(entrance, CONFIG, str(event["body"]).encode())
    return carry(entrance, config, Submitter(door=str(event["door"]), name=str(event["by"])))
