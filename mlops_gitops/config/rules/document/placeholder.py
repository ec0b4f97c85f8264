"""MG166: A placeholder was left in.

What stands in a guide for a value of your own is no value: `<bucket>`, `${BUCKET}`, `{{ bucket }}`,
`REPLACE_ME`, `TODO`, or a choice such as `realtime | batch`. Nothing fills such places in; what is
in the file is what is deployed.

Wrong:
    {"data_capture_location": "<bucket>/churn"}

Right:
    {"data_capture_location": "acme-captured/churn"}
"""

import re

from mlops_gitops.config.said import Said, quoted
from mlops_gitops.config.written import Written

_WORDS = r"TODO|FIXME|TBD|[xX]{3,}|(?i:replace[-_ ]?(?:me|this)|change[-_ ]?me|fill[-_ ]?me[-_ ]in)"
_YOURS = (
    r"YOUR_[A-Z0-9_]+|(?i:insert[-_ ][\w -]{1,40}[-_ ]here"
    r"|your[-_ ](?:own[-_ ])?(?:account|bucket|data|endpoint|image|key|model|name|path|prefix"
    r"|region|repo|repository|role|s3|value)[\w-]{0,40})"
)
_WHOLE = re.compile(rf"\s*(?:{_WORDS}|{_YOURS}|todo|fixme|tbd|<your[^<>]*>)\s*", re.ASCII)
_PART = re.compile(
    rf"<[A-Za-z][^<>@]{{0,60}}>|\$\{{[^{{}}]{{1,60}}\}}|\{{\{{(?!resolve:)[^{{}}]{{1,60}}\}}\}}"
    rf"|(?<![A-Za-z0-9])(?:{_WORDS})(?![A-Za-z0-9])|(?<![\w.-])(?:{_YOURS})(?![A-Za-z0-9])"
    r"|^[\w.-]+(?: +\| +[\w.-]+)+$|^[a-z]\w*(?:\|[a-z]\w*)+$|^(?:todo|fixme|tbd)$",
    re.ASCII,
)


def check(written: Written) -> Said | None:
    """Refuse what is surely a placeholder.

    Texts of the user's own may hold such signs, so only those that are nothing else are refused.
    """
    if written.is_key:
        return None
    match = _PART.search(written.text) if written.is_strict else _WHOLE.fullmatch(written.text)
    if match is None:
        return None
    message = f"{quoted(match.group().strip())} is a placeholder."
    if "|" in match.group():
        return Said("MG166", message, "Write one of them.")
    return Said("MG166", message, "Write the value itself; nothing fills placeholders in.")
