"""Words as they are written: one key or text of a file, before anybody asks what it means."""

from dataclasses import dataclass

from mlops_gitops.config.document import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One key or text.

    Attributes:
        text: what is written.
        path: where; for a key, the path of its value.
        is_key: whether it is the key of that value.
        is_strict: whether its schema says what may stand there; other texts are the user's own.
        known: for a key, the keys that its object may have.
    """

    text: str
    path: Path
    is_key: bool
    is_strict: bool
    known: tuple[str, ...] = ()
