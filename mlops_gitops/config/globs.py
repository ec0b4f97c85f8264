"""Globs: which paths a pattern of the settings means."""

import re


def glob_regex(pattern: str) -> str:
    """Translate a glob pattern: `**/` is any folders, `*` and `?` stay within a name."""
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", pattern.replace("\\", "/"))
    wild = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return "".join(wild.get(part, re.escape(part)) for part in parts)
