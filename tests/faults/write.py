"""Run all faults, and write docs/faults.md: `make faults`; or soak: `make soak`."""

import secrets
import sys
import time

import conftest  # noqa: F401 -- the environment of tests, before anything reads it
from faults.memory_table import memory_table, run_all
from faults.soak import Soak
from faults.table import DOCUMENT, between
from faults.wire_table import wire_table

_SOAK_SECONDS = 120
_STEPS = 400


def write() -> int:
    """Write what was run; give the exit code: 1 if anything was violated."""
    wire, violated = wire_table()
    violations = run_all()
    text = DOCUMENT.read_text(encoding="utf-8")
    text = between(between(text, "memory", memory_table(violations)), "wire", wire)
    DOCUMENT.write_text(text, encoding="utf-8")
    return int(bool(violated) or any(violations.values()))


def soak(first: int) -> int:
    """Soak with one seed after the other, until the time is up; each is printed."""
    end, seed = time.monotonic() + _SOAK_SECONDS, first
    while time.monotonic() < end:
        sys.stderr.write(f"seed {seed}: {_STEPS} steps\n")
        Soak(seed).run(_STEPS)
        seed += 1
    return 0


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["soak", seed]:
            sys.exit(soak(int(seed)))
        case ["soak"]:
            sys.exit(soak(secrets.randbelow(1_000_000)))
        case _:
            sys.exit(write())
