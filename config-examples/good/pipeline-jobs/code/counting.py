"""Counts the rows of data."""

import csv
import os


def count_rows(path, limits):
    """Give how many rows there are, and whether that is right."""
    folder = os.path.join(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"), "input/data/raw")
    rows = 0
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), newline="") as file:
            rows += sum(1 for _ in csv.reader(file))
    return {"path": path, "rows": rows, "right": limits["least"] <= rows <= limits["most"]}
