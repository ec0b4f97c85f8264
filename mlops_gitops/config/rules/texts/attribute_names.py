"""MG136: Attribute names are no list of texts.

MLOps Workload Orchestrator takes them as a JSON list inside a text; a list is taken too. An empty
list means the same as none, so the key is left out then.

Wrong:
    {"attribute_names": "source-ref, label"}

Right:
    {"attribute_names": ["source-ref", "label"]}
"""

import re

from mlops_gitops.config.said import Said, quoted
from mlops_gitops.config.schemas import Schema


def why(text: str, schema: Schema) -> Said:  # noqa: ARG001 - every rule is asked alike
    """Say what the list would be."""
    names = re.findall(r"[^][\s,'\"]+", text)
    shown = ", ".join(f'"{name}"' for name in names)
    hint = (
        f"Write the list: [{shown}]." if names else "Write a list of names, or leave the key out."
    )
    return Said("MG136", f"{quoted(text)} is no JSON list of texts.", hint)
