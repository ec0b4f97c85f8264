"""Names that are too long for the service that takes them."""

from hashlib import sha256


def shortened(name: str, limit: int) -> str:
    """Cut a name that is too long and keep it unique by eight digits of its hash."""
    if len(name) <= limit:
        return name
    return f"{name[: limit - 9]}-{sha256(name.encode()).hexdigest()[:8]}"
