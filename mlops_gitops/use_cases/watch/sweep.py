"""Sweep: look for drift, and do about it what the stages' settings say."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from mlops_gitops.status.watch import EventKind
from mlops_gitops.use_cases.world import World

Sweep = Callable[[World], Iterable[tuple[EventKind, Mapping[str, Any]]]]
"""Looks for drift; gives what is to be told, as it is found."""
