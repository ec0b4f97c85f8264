"""Canonical JSON is RFC 8785's, however it is written."""

from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from mlops_gitops.desired.canonical import canonical

texts = st.text(max_size=6) | st.sampled_from(
    ["\x00\x1f\x7f", '"\\/\b\f\n\r\t', "\u2028", "é", "😀"]
)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53) + 1, 2**53 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    texts,
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.dictionaries(texts, inner, max_size=4),
    ),
    max_leaves=20,
)


@given(values)
def test_the_bytes_are_those_of_the_library(value: Any) -> None:
    """Whichever way a value is written, its digest is the same."""
    assert canonical(value) == rfc8785.dumps(value)


@pytest.mark.parametrize(
    "value",
    [
        {"a": 2**53},
        [-(2**53)],
        {"a": float("nan")},
        {1: "a"},
        {None: "a"},
        "\ud800",
        {"a": {1, 2}},
    ],
)
def test_what_json_does_not_keep_is_refused(value: Any) -> None:
    """Nothing is written in another way than it was meant."""
    with pytest.raises(rfc8785.CanonicalizationError):
        canonical(value)


@pytest.mark.parametrize("value", [{"\U0001f600": 1, "\ufb33": 2}, {"é": 1, "z": 2}, [1.0, 1e21]])
def test_keys_and_numbers_are_ordered_as_the_rfc_says(value: Any) -> None:
    """What the encoder of the standard library gets wrong is left to one that does not."""
    assert canonical(value) == rfc8785.dumps(value)
