"""Run all faults, and write docs/faults.md: `make faults`."""

import sys

import conftest  # noqa: F401  the environment of tests, before anything reads it
from faults.memory_table import memory_table, run_all
from faults.table import DOCUMENT, between


def write() -> int:
    """Write what was run; give the exit code: 1 if anything was violated."""
    violations = run_all()
    text = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(between(text, "memory", memory_table(violations)), encoding="utf-8")
    return int(any(violations.values()))


if __name__ == "__main__":
    sys.exit(write())
