"""Says what was counted."""

from typing import Any

import words


def report(counted: dict[str, Any], rows: int) -> dict[str, Any]:
    """Give a sentence about what another function has counted."""
    return {"sentence": words.sentence(counted["path"], rows), "right": counted["right"]}
