"""Makes numbers of clean rows, what was sold first, and keeps the newest rows for validation."""

import argparse
import csv
import sys
import zlib
from pathlib import Path


def numbers(row: "list[str]") -> "list[object]":
    """Leave out what only names a row, and make texts small numbers that stay the same."""
    _product, _time, category, region, price, weeks, sold = row
    codes = [zlib.crc32(text.encode()) % 1000 for text in (category, region)]
    return [sold, *codes, price, weeks]


def main(clean: Path, out: Path, least: int) -> None:
    """Write `train/train.csv` and `validation/validation.csv` below `out`."""
    rows = []
    for file in sorted(clean.rglob("*.csv")):
        with file.open(newline="", encoding="utf-8") as opened:
            rows += [row for row in csv.reader(opened) if row]
    if len(rows) < least:
        sys.exit(f"There are {len(rows)} rows of sales, and at least {least} are needed.")
    rows.sort(key=lambda row: row[1])
    cut = max(1, len(rows) * 4 // 5)
    for name, part in (("train", rows[:cut]), ("validation", rows[cut:] or rows[:1])):
        (out / name).mkdir(parents=True, exist_ok=True)
        with (out / name / f"{name}.csv").open("w", newline="", encoding="utf-8") as opened:
            csv.writer(opened).writerows(numbers(row) for row in part)
        print(f"{name}: {len(part)} rows")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--clean", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--least", type=int, default=1)
    given = parser.parse_args()
    main(given.clean, given.out, given.least)
