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
