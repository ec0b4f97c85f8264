"""Checks."""


def check(path: str, limit: int = 1) -> dict[str, str]:
    """Say what was checked."""
    return {"path": path, "limit": str(limit)}
