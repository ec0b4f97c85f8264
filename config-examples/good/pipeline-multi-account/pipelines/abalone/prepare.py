"""Splits the raw data into what the model is trained with and what it is evaluated on."""

import csv
import sys
from pathlib import Path

HOME = Path("/opt/ml/processing")


def main(share: float) -> None:
    """Write train.csv and test.csv, the first rows to the one and the rest to the other."""
    rows = [
        row
        for file in sorted((HOME / "input/raw").glob("*.csv"))
        for row in csv.reader(file.open())
    ]
    cut = int(len(rows) * (1 - share))
    for name, part in (("train", rows[:cut]), ("test", rows[cut:])):
        with (HOME / "output" / name / f"{name}.csv").open("w", newline="") as file:
            csv.writer(file).writerows(part)


if __name__ == "__main__":
    main(float(sys.argv[sys.argv.index("--test-share") + 1]))
