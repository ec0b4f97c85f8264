"""What is shown of texts that may hold secrets."""

import pytest

from mlops_gitops.config.secrets import masked

KEY = "q3Vt9K/aB7xZ1mPw8Rc" + "+2LdYh5NsGf0Ju6TeQoI4"


def test_a_secret_key_is_shown_by_its_first_characters() -> None:
    """Of an AWS secret access key in a sentence four characters are left."""
    assert masked(f"it said {KEY} twice") == "it said q3Vt... twice"


@pytest.mark.parametrize(
    "place",
    ["/steps/0/RetryPolicies/0/ExceptionType/1", "/steps/10/Arguments/Tags/0/Value/ab/C/1/2"],
)
def test_a_place_in_a_file_is_no_secret(place: str) -> None:
    """A pointer of as many characters as a key stays whole, so that editors find its place."""
    assert masked(f'"pointer": "{place}"') == f'"pointer": "{place}"'


@pytest.mark.parametrize(
    ("begin", "rest"),
    [
        ("AKIA", "Q" * 16),
        ("ASIA", "Q" * 16),
        ("FwoGZXIvYXdz", "q1" * 20),
        ("IQoJb3JpZ2lu", "q1" * 20),
        ("ABSK", "q1" * 35),
        ("X-Amz-Signature=", "0f" * 20),
        ("X-Amz-Security-Token=", "0f" * 20),
        ("-----BEGIN ", "RSA PRIVATE KEY-----\nq1q1\n-----END RSA PRIVATE KEY-----"),
        *((f"gh{kind}_", "q1" * 20) for kind in "pousr"),
        ("github_pat_", "q1" * 20),
        *((f"gl{kind}-", "q1" * 20) for kind in ("pat", "dt", "rt", "ptt")),
        *((f"xox{kind}-", "q1" * 20) for kind in "abeoprs"),
        ("xapp-", "q1" * 20),
        ("hooks.slack.com", "/services/" + "q1" * 20),
        ("discord.com", "/api/webhooks/123/" + "q1" * 20),
        ("AIza", "q1" * 17 + "q"),
        ("GOCSPX-", "q1" * 20),
        ("ya29.", "q1" * 20),
        *((f"{kind}k_live_", "q1" * 20) for kind in "rs"),
        ("hf_", "q1" * 20),
        ("sk-", "q1" * 24),
        ("sk-proj-", "q1" * 24),
        ("sk-ant-", "q1" * 24),
        ("nvapi-", "q1" * 24),
        ("npm_", "q1" * 18),
        ("pypi-AgE", "q1" * 30),
        ("dckr_pat_", "q1" * 20),
        ("SG.", "q1" * 11 + "." + "q1" * 21 + "q"),
        ("dapi", "0f" * 16),
        ("hvs.", "q1" * 20),
        ("eyJ", "q1" * 10 + ".eyJ" + "q1" * 10 + "." + "q1" * 10),
        ("AccountKey=", "q1" * 30),
        ("://", "user:q1q1q1@host"),
        ("Bearer ", "q1" * 20),
    ],
)
def test_every_form_is_seen_in_a_sentence(begin: str, rest: str) -> None:
    """Whatever services hand out loses all but its first characters, wherever it stands."""
    shown = masked(f"it said {begin}{rest} twice")

    assert shown.startswith(f"it said {begin[:3]}")
    assert shown.endswith(" twice")
    assert rest not in shown
