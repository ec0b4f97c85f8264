"""MG130: A text that should be a whole number is none.

A whole number may stand in quotes, as configs of MLOps Workload Orchestrator often have it. Then it
is digits and nothing else: up to nine, no sign, no point, no unit.

Wrong:
    {"max_runtime_per_job": "24 h"}

Right:
    {"max_runtime_per_job": 86400}
"""

import re

from mlops_gitops.config.said import Said, quoted
from mlops_gitops.config.schemas import Schema

_DIGITS = re.compile(r"[0-9]{1,9}(?![0-9])")


def why(text: str, schema: Schema) -> Said:
    """Say what a text of digits would be; name the number that stands in it, if one does."""
    if text == "":
        return Said("MG130", "The number is empty.", "Write a value, or leave the key out.")
    found = _DIGITS.fullmatch(text.strip())
    unit = f" {schema['x-unit']}" if "x-unit" in schema else ""
    hint = f"Write {found.group()}." if found else f"Write a whole number{unit}, digits only."
    return Said("MG130", f"{quoted(text)} is no whole number.", hint)
