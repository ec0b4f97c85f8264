"""Doors: everything that the function behind API and drop bucket works with."""

from dataclasses import dataclass

from mlops_gitops.ports.doors import Drops, Leftovers, Notices
from mlops_gitops.use_cases.entrance import Entrance


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """The entrance, and who is told where nobody waits for an answer."""

    entrance: Entrance
    drops: Drops
    notices: Notices
    leftovers: Leftovers
