"""Keys: what is wrong with one that does not have the form a schema asks for."""

import re
from collections.abc import Iterator

from mlops_gitops.config.said import quoted

SPECIAL = "*?$\\"
"""Characters that stand for others in the policies of roles: with them a role would reach too far.

Source: "IAM JSON policy elements: Resource", and "variables and tags", in the IAM user guide.
"""


def wrong_in_key(text: str, longest: int) -> Iterator[tuple[str, str]]:
    """Give what is wrong with any key of the assets bucket, with hints, the worst first."""
    if "://" in text:
        key = text.split("://", 1)[1].partition("/")[2]
        example = f": {quoted(key)}" if key else ""
        yield "it is a URL", f"Write the key in the assets bucket alone{example}."
    if text.startswith("/"):
        yield "it begins with a slash", f"Write {quoted(text.lstrip('/'))}."
    if len(text) > longest:
        yield f"it has {len(text)} characters", f"Use up to {longest}."
    if {".", ".."} & set(text.split("/")):
        yield "it has '.' or '..' in it", "Write the key itself."
    yield from wrong_in_policies(text)


def wrong_in_folder(text: str) -> Iterator[tuple[str, str]]:
    """Give what is wrong with any folder that is written to, with hints."""
    if "//" in text:
        single = re.sub("/{2,}", "/", text)
        yield "it has two slashes in a row", f"Write {quoted(single)}."


def wrong_in_policies(text: str) -> Iterator[tuple[str, str]]:
    """Give what must not become part of a policy, with hints."""
    for mark in (mark for mark in text if mark in SPECIAL):
        yield f"it has {mark} in it, which stands for others in policies", f"Leave {mark} out."
