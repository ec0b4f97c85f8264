"""Buckets: what is wrong with a name that S3 does not take."""

import re

_LONGEST = 63
_SHORTEST = 3


def wrong_in_bucket(name: str) -> tuple[str, str] | None:
    """Give a reason and a hint; None for a name that S3 takes.

    Source: "General purpose bucket naming rules", Amazon S3 user guide.
    """
    hint = "Bucket names have 3 to 63 lower-case letters, digits, hyphens and dots."
    if not _SHORTEST <= len(name) <= _LONGEST:
        return f"has {len(name)} characters, bucket names have 3 to 63", hint
    if name != name.lower():
        return "has upper-case letters, bucket names have none", hint
    if re.fullmatch(r"[0-9]+(\.[0-9]+){3}", name):
        return "looks like an IP address, bucket names do not", hint
    if ".." in name:
        return "has two dots in a row, bucket names have not", hint
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]*[a-z0-9]", name):
        return "has characters that a bucket's name cannot have there", hint
    return None
