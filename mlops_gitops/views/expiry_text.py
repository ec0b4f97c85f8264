"""When an approval ends, in words; what is soon says so."""

from datetime import UTC

from mlops_gitops.pipeline.approval import Expiry

_HOUR = 60


def expiry_text(expiry: Expiry) -> str:
    """Say until when somebody has to decide."""
    at = f"{expiry.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return f"{at}, {_left(expiry.minutes_left)}" if expiry.is_soon else at


def _left(minutes: int) -> str:
    if minutes <= 0:
        return "about now"
    count, unit = (minutes, "minute") if minutes < _HOUR else (minutes // _HOUR, "hour")
    return f"in {count} {unit}" if count == 1 else f"in {count} {unit}s"
