"""Canonical JSON (RFC 8785): equal values have equal bytes."""

import json
from typing import Any

import rfc8785

_SAFE = 2**53 - 1
"""The largest whole number that RFC 8785 takes."""
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def canonical(value: Any) -> bytes:
    """Write a JSON value canonically.

    Python's own encoder writes texts, truths and whole numbers the same way, at a tenth of the
    time; templates hold hardly anything else. It knows neither how fractions are written there,
    nor that keys are sorted by their UTF-16.

    Raises:
        rfc8785.CanonicalizationError: it is no JSON, or has numbers that JSON does not keep.
    """
    if _is_plain(value):
        try:
            return _ENCODER.encode(value).encode()
        except UnicodeEncodeError:
            pass  # half a character, which the library refuses in its own words
    return rfc8785.dumps(value)


def _is_plain(value: Any) -> bool:
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if kind is dict:
        return all(
            type(key) is str and key.isascii() and _is_plain(each) for key, each in value.items()
        )
    if kind is list or kind is tuple:
        return all(map(_is_plain, value))
    return kind is int and -_SAFE <= value <= _SAFE
