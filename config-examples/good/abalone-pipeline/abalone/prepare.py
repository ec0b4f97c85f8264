"""Makes numbers of the raw table, and splits it: what is learned from, held against, tested on."""

import argparse
import csv
import random
from pathlib import Path

SEXES = ("F", "I", "M")
SEED = 7


def numbers(row: "list[str]") -> "list[str]":
    """Put what is to be found first, as SageMaker's algorithms want it, and make the sex three."""
    sex, *measured, rings = row
    return [rings, *("1" if sex == each else "0" for each in SEXES), *measured]


def main(raw: Path, out: Path, test_share: float) -> None:
    """Write `train/train.csv`, `validation/validation.csv` and `test/test.csv` below `out`."""
    rows = []
    for file in sorted(raw.glob("*.csv")):
        with file.open(newline="", encoding="utf-8") as opened:
            rows += [numbers(row) for row in csv.reader(opened) if row]
    random.Random(SEED).shuffle(rows)  # noqa: S311 -- no secret, but the same every time
    count = int(len(rows) * test_share)
    parts = {
        "test": rows[:count],
        "validation": rows[count : 2 * count],
        "train": rows[2 * count :],
    }
    for name, part in parts.items():
        (out / name).mkdir(parents=True, exist_ok=True)
        with (out / name / f"{name}.csv").open("w", newline="", encoding="utf-8") as opened:
            csv.writer(opened).writerows(part)
        print(f"{name}: {len(part)} rows")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--raw", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--test-share", type=float, default=0.2)
    given = parser.parse_args()
    main(given.raw, given.out, given.test_share)
