"""What roles asked for, written to a file: one JSON line for each role, action and resource."""

import json
from pathlib import Path


class Recorder:
    """Writes each combination once.

    Args:
        file: is made if it is missing, and added to.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._seen: set[tuple[str, str, str]] = set()

    def __call__(self, role: str, action: str, resource: str) -> None:
        """Note that a role asked for an action on a resource."""
        row = (role, action, resource)
        if row in self._seen:
            return
        self._seen.add(row)
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")


def forget(_role: str, _action: str, _resource: str) -> None:
    """Note nothing."""
