"""Webhooks: whether one comes from whom it says.

Sources: "Validating webhook deliveries", GitHub Docs; "Webhooks", GitLab Docs: secret token, and
signing token, which follows the specification "Standard Webhooks".
"""

import binascii
import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256

_SIGNING = "whsec_"
_TOLERANCE = 300.0
"""Seconds that a signed time may be off: the specification's own advice."""


def why_refused(secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: float) -> str:
    """Say why a webhook is refused; empty where it holds.

    Args:
        secrets: any of them will do, so that one can be replaced by the next. What begins with
            `whsec_` is a signing token of GitLab, anything else GitHub's or GitLab's secret.
        headers: by their names in small letters.
        body: as it was sent.
        now: seconds since 1970.
    """
    if not secrets:
        return "no secret is configured"
    if any(_holds(secret, headers, body, now) for secret in secrets):
        return ""
    signed = {"x-hub-signature-256", "x-gitlab-token", "webhook-signature"} & headers.keys()
    return "the signature does not hold" if signed else "it is not signed"


def _holds(secret: str, headers: Mapping[str, str], body: bytes, now: float) -> bool:
    if secret.startswith(_SIGNING):
        return _is_signed(secret, headers, body, now)
    if "x-hub-signature-256" in headers:
        wanted = f"sha256={hmac.new(secret.encode(), body, sha256).hexdigest()}"
        return _same(wanted, headers["x-hub-signature-256"])
    return _same(secret, headers.get("x-gitlab-token", ""))


def _is_signed(secret: str, headers: Mapping[str, str], body: bytes, now: float) -> bool:
    try:
        key = b64decode(secret.removeprefix(_SIGNING), validate=True)
        time = headers.get("webhook-timestamp", "")
        is_fresh = abs(now - float(time)) <= _TOLERANCE
    except (binascii.Error, ValueError, OverflowError):
        return False
    signed = f"{headers.get('webhook-id', '')}.{time}.".encode() + body
    wanted = f"v1,{b64encode(hmac.new(key, signed, sha256).digest()).decode()}"
    # All are compared, whichever holds.
    found = [_same(wanted, each) for each in headers.get("webhook-signature", "").split(" ")]
    return is_fresh and any(found)


def _same(wanted: str, given: str) -> bool:
    return hmac.compare_digest(wanted.encode(), given.encode("utf-8", "surrogateescape"))
