"""Secrets, by the form in which well-known services issue them.

Forms are those that the services publish for secret scanners: GitHub's documentation on supported
secret scanning patterns, and the services' own references.
"""

import re

_SHOWN = 4

_FORMS = {
    "an AWS access key id": r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
    "a private key": r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----",
    "a GitHub token": r"\bgh[pousr]_[A-Za-z0-9]{36,}|\bgithub_pat_[A-Za-z0-9_]{22,}",
    "a GitLab token": r"\bglpat-[\w-]{20,}",
    "a Slack token": r"\bxox[abeoprs]-[\w-]{10,}",
    "a Slack webhook": r"\bhooks\.slack\.com/(?:services|workflows)/[\w/+-]{20,}",
    "a Google API key": r"\bAIza[\w-]{35}",
    "a Stripe key": r"\b[rs]k_live_[A-Za-z0-9]{20,}",
    "a Hugging Face token": r"\bhf_[A-Za-z0-9]{30,}",
    "an OpenAI key": r"\bsk-(?:[A-Za-z0-9]{48}|(?:proj|svcacct|admin)-[\w-]{40,})",
    "an Anthropic key": r"\bsk-ant-[\w-]{40,}",
    "an npm token": r"\bnpm_[A-Za-z0-9]{36}",
    "a package index token": r"\bpypi-AgE[\w-]{50,}",
    "a SendGrid key": r"\bSG\.[\w-]{22}\.[\w-]{43}",
    "a Databricks token": r"\bdapi[0-9a-f]{32}",
    "a JSON web token": r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}",
    "an Azure storage key": r"\bAccountKey=[A-Za-z0-9+/=]{40,}",
    "a password in a URL": r"://[^/\s:@]{1,80}:[^/\s:@]{3,200}@",
}
_ANY = re.compile("|".join(_FORMS.values()))


def find_secret(text: str) -> tuple[str, str] | None:
    """Give what the first secret in a text is, and the secret; None if there is none."""
    match = _ANY.search(text)
    if match is None:
        return None
    secret = match.group()
    kind = next(kind for kind, form in _FORMS.items() if re.match(form, secret))
    return kind, secret


def shortened(secret: str) -> str:
    """Give as much of a secret as may be shown."""
    return f"{secret[:_SHOWN]}..."


def masked(text: str) -> str:
    """Shorten every secret in a text."""
    return _ANY.sub(lambda match: shortened(match.group()), text)
