"""Groups of commands that import only the one that is called."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click
from click.shell_completion import CompletionItem


class LazyGroup(click.Group):
    """A group that knows its commands' names and one line of help for each.

    Args:
        table: name -> help; the order is that of a user's day.
        module: where a command's module is, `{}` for its name; the module has `command`.
        further: what click's own groups take.
    """

    def __init__(self, *, table: Mapping[str, str], module: str, **further: Any) -> None:
        super().__init__(**further)
        self._table = table
        self._module = module

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """List the commands in the order of the table."""
        return list(self._table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import the command's module and give its `command`."""
        if cmd_name not in self._table:
            return None
        module = import_module(self._module.format(cmd_name.replace("-", "_")))
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """Print names and help from the table, so that `--help` imports no command."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self._table.items()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete names from the table, so that a shell that asks imports no command."""
        found = (each for each in self._table.items() if each[0].startswith(incomplete))
        names = [CompletionItem(name, help=said) for name, said in found]
        return [*names, *click.Command.shell_complete(self, ctx, incomplete)]
