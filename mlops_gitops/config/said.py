"""What we say about a mistake, before its place is known."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mlops_gitops.problems import Location, Problem, Severity

_LONGEST_QUOTE = 80


@dataclass(frozen=True, slots=True)
class Said:
    """A problem without a place: its code, what is wrong, and how to mend it."""

    code: str
    message: str
    hint: str
    severity: Severity = Severity.ERROR

    def at(self, where: Location, pointer: str = "") -> Problem:
        """Give the problem its place."""
        return Problem(
            code=self.code,
            where=where,
            message=self.message,
            hint=self.hint,
            severity=self.severity,
            pointer=pointer,
        )


def masked(text: str) -> str:
    """Shorten every secret in a text."""
    from mlops_gitops.config.secrets import masked as without_secrets

    return without_secrets(text)


def printable(text: str) -> str:
    """Escape what a terminal would act on: control, bidi and other invisible characters."""
    if text.isprintable():
        return text
    return "".join(mark if mark.isprintable() else _escaped(mark) for mark in text)


def quoted(text: str) -> str:
    """Put a user's word in quotes: escaped, cut where it is too long, and never a secret."""
    text = masked(text)
    cut = text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}..."
    return f"'{printable(cut)}'"


def listed(words: Iterable[str], last: str = "and") -> str:
    """Join words as a sentence does: `dev, staging and prod`."""
    *head, tail = words
    return f"{', '.join(head)} {last} {tail}" if head else tail


def hyphenated(text: str) -> str:
    """Give a text as SageMaker takes names: letters and digits, hyphens between them."""
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")


def nearest(word: str, known: Sequence[str]) -> str | None:
    """Find the known word that was probably meant; None if nothing is near.

    Case, hyphens and underscores do not count.
    """
    if len(word) > _LONGEST_QUOTE:
        return None
    from difflib import get_close_matches

    plain = {_plain(name): name for name in known}
    close = get_close_matches(_plain(word), plain, n=1, cutoff=0.7)
    return plain[close[0]] if close else None


def _plain(word: str) -> str:
    return word.strip().lower().replace("-", "_")


def _escaped(mark: str) -> str:
    return f"\\u{ord(mark):04x}" if ord(mark) <= 0xFFFF else f"\\U{ord(mark):08x}"  # noqa: PLR2004 - the last code point that four digits can write
