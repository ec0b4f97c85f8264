"""The part of the table that goes over the wire."""

import sys
from collections import Counter

from faults.table import Line, table
from faults.wire_matrix import recorded


def wire_table() -> tuple[str, int]:
    """Run every fault at every call of every recorded command; give the table, and violations."""
    lines = []
    with recorded() as commands:
        for each in commands:
            runs: Counter[str] = Counter()
            violations = 0
            for at, fault in each.faults():
                wrong = each.run(at, fault)
                sys.stderr.writelines(f"{one}\n" for one in wrong)
                runs[fault.name] += 1
                violations += bool(wrong)
            calls = len(each.record.answers)
            lines.append(Line((f"`{each.name}`", "HTTP"), calls, dict(runs), violations))
    return table(lines, "calls"), sum(each.violations for each in lines)
