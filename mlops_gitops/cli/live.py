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
    """Show statuses until nothing moves without a person; give the last ones."""
    return _redrawn(clock, read) if sys.stderr.isatty() else _in_lines(clock, read)


def _redrawn(clock: Clock, read: Callable[[], Statuses]) -> Statuses:
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    found = read()
    with Live(Text(status_text(found)), console=Console(stderr=True), auto_refresh=False) as live:
        while not _is_settled(found):
            clock.sleep(_PAUSE)
            found = read()
            live.update(Text(status_text(found)), refresh=True)
    return found


def _in_lines(clock: Clock, read: Callable[[], Statuses]) -> Statuses:
    shown: set[str] = set()
    while True:
        found = read()
        lines = status_text(found).splitlines()
        for line in lines:
            if line not in shown:
                click.echo(line, err=True)
        shown = set(lines)
        if _is_settled(found):
            return found
        clock.sleep(_PAUSE)


def _is_settled(found: Statuses) -> bool:
    return all(each.is_settled for each in found)
