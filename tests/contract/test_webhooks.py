"""Webhooks: who has the secret is heard, nobody else is."""

import hmac
from base64 import b64encode
from hashlib import sha256

import pytest

from mlops_gitops.adapters.webhooks import why_refused

SECRET = "It's a Secret to Everybody"
BODY = b"Hello, World!"
DOCUMENTED = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
"""Secret, body and signature are the example of GitHub's documentation."""
KEY = bytes(range(32))
SIGNING = f"whsec_{b64encode(KEY).decode()}"
NOW = 1_795_000_000.0


def signed(body: bytes = BODY, at: float = NOW, id_: str = "id-1") -> dict[str, str]:
    """Sign as Standard Webhooks says."""
    text = f"{id_}.{int(at)}.".encode() + body
    digest = b64encode(hmac.new(KEY, text, sha256).digest()).decode()
    return {
        "webhook-id": id_,
        "webhook-timestamp": str(int(at)),
        "webhook-signature": f"v1,AAAA v1,{digest}",
    }


@pytest.mark.parametrize(
    ("secrets", "headers"),
    [
        ([SECRET], {"x-hub-signature-256": DOCUMENTED}),
        (["the next secret", SECRET], {"x-hub-signature-256": DOCUMENTED}),
        ([SECRET], {"x-gitlab-token": SECRET}),
        ([SIGNING], signed()),
        ([SIGNING], signed(at=NOW - 299)),
    ],
)
def test_who_has_the_secret_is_heard(secrets: list[str], headers: dict[str, str]) -> None:
    """By GitHub's signature, GitLab's token, or GitLab's signature."""
    assert why_refused(secrets, headers, BODY, NOW) == ""


@pytest.mark.parametrize(
    ("secrets", "headers", "body"),
    [
        ([], {"x-hub-signature-256": DOCUMENTED}, BODY),
        ([SECRET], {}, BODY),
        ([SECRET], {"x-hub-signature-256": DOCUMENTED}, BODY + b"!"),
        ([SECRET], {"x-hub-signature-256": DOCUMENTED[:-1]}, BODY),
        ([SECRET], {"x-hub-signature-256": "sha256=ü"}, BODY),
        ([SECRET], {"x-hub-signature-256": "sha256=" + "0" * 64, "x-gitlab-token": SECRET}, BODY),
        (["another secret, as long"], {"x-hub-signature-256": DOCUMENTED}, BODY),
        ([SECRET], {"x-gitlab-token": ""}, BODY),
        ([SECRET], {"x-gitlab-token": SECRET + " "}, BODY),
        ([SIGNING], {"x-gitlab-token": SIGNING}, BODY),
        ([SIGNING], signed(at=NOW - 301), BODY),
        ([SIGNING], signed(at=NOW + 301), BODY),
        ([SIGNING], {**signed(), "webhook-timestamp": "nan"}, BODY),
        ([SIGNING], {**signed(), "webhook-timestamp": str(int(NOW) + 1)}, BODY),
        ([SIGNING], {**signed(), "webhook-id": "id-2"}, BODY),
        ([SIGNING], signed(b"another body"), BODY),
        (["whsec_not base64"], signed(), BODY),
    ],
)
def test_nobody_else_is_heard(secrets: list[str], headers: dict[str, str], body: bytes) -> None:
    """No secret, no signature, another body, another secret, an old or a changed time."""
    assert why_refused(secrets, headers, body, NOW)
