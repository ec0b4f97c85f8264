r"""MG163: A key or text holds characters that cannot be seen.

Control characters, zero-width characters and those that change the direction of writing make a
text look like another one: a reviewer approves what is shown, and something else is deployed.
Source: Unicode Technical Standard 39, Unicode Security Mechanisms; CVE-2021-42574.

Wrong:
    {"model_name": "churn\u202e"}

Right:
    {"model_name": "churn"}
"""

import re
from unicodedata import name

from mlops_gitops.config.said import Said, quoted
from mlops_gitops.config.written import Written

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)


def check(written: Written) -> Said | None:
    """Refuse the first invisible character."""
    match = _INVISIBLE.search(written.text)
    if match is None:
        return None
    mark, count = match.group(), len(_INVISIBLE.findall(written.text))
    called = name(mark, "a control character").lower()
    what = "The key" if written.is_key else "The text"
    more = f", and {count - 1} more of the kind" if count > 1 else ""
    character = f"U+{ord(mark):04X} ({called}){more}"
    message = f"{what} {quoted(written.text)} holds an invisible character: {character}."
    return Said("MG163", message, f"Delete it; it is character {match.start() + 1} of the text.")
