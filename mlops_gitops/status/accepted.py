"""Accepted drift: what is written into configs, and what cannot be."""

from collections.abc import Mapping
from dataclasses import dataclass

from mlops_gitops.desired.trace import Path
from mlops_gitops.status.drift import Drift


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One value that is written into a config.

    Attributes:
        path: of the drifted property.
        place: in the config: its field, and what is below.
        before: what git says; empty where it says nothing.
        after: what is written.
    """

    drift: Drift
    path: str
    place: Path
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotTaken:
    """One value that cannot be written into a config, and what helps instead."""

    drift: Drift
    path: str
    why: str
    next_step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """What is to be committed.

    Attributes:
        files: configs by path, whole; empty where nothing can be written.
        message: of the commit.
        branch: that it is written to; the same drifts have the same.
    """

    files: Mapping[str, bytes]
    message: str
    branch: str
    taken: tuple[Taken, ...]
    left: tuple[NotTaken, ...]
