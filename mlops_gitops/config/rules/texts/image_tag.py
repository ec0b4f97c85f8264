"""MG139: The tag of an image has characters that tags do not have.

Up to 128 letters, digits, `_`, `.` and `-`, the first one no `.` and no `-`. Source: "Pulling
manifests", Distribution specification of the Open Container Initiative.

Wrong:
    {"image_tag": "release 1.4"}

Right:
    {"image_tag": "release-1.4"}
"""

import re

from mlops_gitops.config.said import Said, quoted
from mlops_gitops.config.schemas import Schema


def why(text: str, schema: Schema) -> Said:
    """Name what is in the way, and a tag without it."""
    if text == "":
        return Said("MG139", "The tag is empty.", 'Write one, such as "1.4.0".')
    if len(text) > schema["maxLength"]:
        message = f"{quoted(text)} has {len(text)} characters."
        return Said("MG139", message, f"Use up to {schema['maxLength']}.")
    proposal = re.sub(r"[^A-Za-z0-9_.-]+", "-", text).lstrip(".-")
    instead = f": {quoted(proposal)}" if proposal else ""
    hint = f"Use letters, digits, _ . and -, beginning with a letter, digit or _{instead}."
    return Said("MG139", f"{quoted(text)} is no tag of an image.", hint)
