"""Makes measurements of shellfish that look like those of the abalone data set; always the same.

Writes a table without a header: sex, length, diameter, height, four weights, rings.
"""

import csv
import random
import sys
from pathlib import Path

SEED = 20
ROWS = 500


def shellfish(chance: random.Random) -> "list[object]":
    """Measure one: it grows with its age, and each in its own way."""
    rings = round(chance.triangular(3, 22, 9))
    size = 0.72 * (1 - 2.718 ** (-0.2 * rings)) * chance.uniform(0.92, 1.08)
    weight = 2.9 * size**3 * chance.uniform(0.9, 1.1)
    sex = "I" if rings < chance.uniform(5, 11) else chance.choice("MF")
    shell = weight * (0.2 + 0.006 * rings) * chance.uniform(0.95, 1.05)
    lengths = [size, size * 0.8, size * 0.27]
    weights = [weight, weight * 0.43, weight * 0.22, shell]
    return [sex, *(round(each, 4) for each in lengths + weights), rings]


def main(folder: Path) -> None:
    """Write `abalone.csv` into a folder."""
    chance = random.Random(SEED)  # noqa: S311 -- no secret, but the same every time
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "abalone.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(shellfish(chance) for _ in range(ROWS))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
