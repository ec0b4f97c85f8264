"""Counts the rows of data."""

import os
from pathlib import Path
from typing import Any


def count_rows(path: str, limits: dict[str, int]) -> dict[str, Any]:
    """Give how many rows there are, and whether that is right."""
    folder = Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"), "input", "data", "raw")
    rows = sum(len(file.read_text().splitlines()) for file in folder.iterdir())
    return {"path": path, "rows": rows, "right": limits["least"] <= rows <= limits["most"]}
