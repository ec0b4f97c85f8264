"""Live progress on standard error: redrawn on a terminal, a line for each thing that moved else."""

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlops_gitops.cli.out import echo
from mlops_gitops.config.secrets import masked
from mlops_gitops.status.progress import WorkloadProgress
from mlops_gitops.use_cases.follow import Followed, Show, follow
from mlops_gitops.use_cases.world import World
from mlops_gitops.views.progress_text import progress_lines, progress_text

if TYPE_CHECKING:
    from rich.console import Console


def watch(world: World, followed: Sequence[Followed]) -> tuple[WorkloadProgress, ...]:
    """Show how workloads move until nothing does without a person; give the end."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        return follow(world, followed, _in_lines())
    from rich.console import Console

    return redrawn(world, followed, Console(stderr=True))


def redrawn(
    world: World, followed: Sequence[Followed], console: "Console"
) -> tuple[WorkloadProgress, ...]:
    """Draw progress over itself on a terminal; it is gone at the end, where the result stands."""
    from rich.live import Live
    from rich.text import Text

    def drawn(found: tuple[WorkloadProgress, ...]) -> Text:
        return Text(masked(progress_text(found)))

    with Live(console=console, auto_refresh=False, transient=True) as live:
        return follow(
            world,
            followed,
            lambda found: live.update(drawn(found), refresh=True),
        )


def _in_lines() -> Show:
    shown: tuple[WorkloadProgress, ...] = ()

    def show(found: tuple[WorkloadProgress, ...]) -> None:
        nonlocal shown
        for line in progress_lines(shown, found):
            echo(line, err=True)
        shown = found

    return show
