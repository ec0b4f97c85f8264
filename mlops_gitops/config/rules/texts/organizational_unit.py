"""MG048: An organizational unit is not given by its id.

Source: "OrganizationalUnit", `Id`, in the Organizations API reference.

Wrong:
    ou: Workloads

Right:
    ou: ou-ab12-cdef3456
"""

from mlops_gitops.config.said import Said, quoted
from mlops_gitops.config.schemas import Schema


def why(text: str, schema: Schema) -> Said:  # noqa: ARG001 - every rule is asked alike
    """Say what the text should have been."""
    message = f"{quoted(text)} is no id of an organizational unit."
    hint = 'Write its id, such as "ou-ab12-cdef3456".'
    return Said("MG048", message, hint)
