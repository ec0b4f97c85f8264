"""Live progress: redrawn on a terminal, plain lines of what changed elsewhere."""

import sys
from collections.abc import Callable

import click

from mlops_gitops.ports import Clock
from mlops_gitops.status.report import WorkloadStatus
from mlops_gitops.views.status_text import status_text

_PAUSE = 1.0

Statuses = tuple[WorkloadStatus, ...]


def watch(clock: Clock, read: Callable[[], Statuses]) -> Statuses:
    """Show on standard error what moves, until nothing does without a person.

    What is given back is the end, which the caller writes to standard output.
    """
    return _redrawn(clock, read) if sys.stderr.isatty() else _in_lines(clock, read)


def _redrawn(clock: Clock, read: Callable[[], Statuses]) -> Statuses:
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    with Live(console=Console(stderr=True), auto_refresh=False, transient=True) as live:
        while not _is_settled(found := read()):
            live.update(Text(status_text(found)), refresh=True)
            clock.sleep(_PAUSE)
    return found


def _in_lines(clock: Clock, read: Callable[[], Statuses]) -> Statuses:
    shown: set[str] = set()
    while not _is_settled(found := read()):
        lines = status_text(found).splitlines()
        for line in lines:
            if line not in shown:
                click.echo(line, err=True)
        shown = set(lines)
        clock.sleep(_PAUSE)
    return found


def _is_settled(found: Statuses) -> bool:
    return all(each.is_settled for each in found)
