"""Every command explains itself."""

from collections.abc import Iterator

import click
import pytest

from mlops_gitops.cli import COMMANDS, group


def commands(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    """Walk a command and what is below it: full name and command."""
    yield name, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for below in command.list_commands(context):
            child = command.get_command(context, below)
            assert child is not None
            yield from commands(f"{name} {below}", child)


def every_command() -> Iterator[tuple[str, click.Command]]:
    """Walk the whole command line."""
    context = click.Context(group)
    for name in COMMANDS:
        command = group.get_command(context, name)
        assert command is not None
        yield from commands(name, command)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_one_line_of_help_that_is_its_own(name: str) -> None:
    """`--help` says of each command what the command says of itself."""
    command = group.get_command(click.Context(group), name)

    assert command is not None
    assert COMMANDS[name] == (command.help or "").partition("\n")[0]


def test_every_command_shows_an_example() -> None:
    """A person who asks for help gets a line to copy."""
    found = [
        name
        for name, command in every_command()
        if not isinstance(command, click.Group)
        and f"mlops-gitops {name}" not in f"{command.help}\n{command.epilog}"
    ]

    assert not found, "\n".join(found)


def test_every_option_says_what_it_does() -> None:
    """No option is left without help."""
    found = [
        f"{name} {option.opts[0]}"
        for name, command in every_command()
        for option in command.params
        if isinstance(option, click.Option) and not option.help
    ]

    assert not found, "\n".join(found)
