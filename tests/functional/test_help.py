"""What every command says about itself."""

from collections.abc import Iterator

import click
import pytest
from functional.conftest import Golden, Say

from mlops_gitops.cli import COMMANDS, group


def every_command() -> Iterator[tuple[str, ...]]:
    """Name every command and those below it."""
    context = click.Context(group)
    yield ()
    for name in COMMANDS:
        command = group.get_command(context, name)
        yield (name,)
        if isinstance(command, click.Group):
            yield from ((name, below) for below in command.list_commands(context))


@pytest.mark.parametrize("command", tuple(every_command()), ids=" ".join)
def test_help_is_as_it_was(command: tuple[str, ...], say: Say, golden: Golden) -> None:
    """A change of what users read is seen in review."""
    said = say(*command, "--help")

    assert (said.code, said.err) == (0, "")
    golden(f"help/{'-'.join(command) or 'mlops-gitops'}", said.out)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("no-command", ["plann"]),
        ("no-option", ["plan", "--detailed"]),
        ("no-format", ["plan", "--output", "yaml"]),
        ("no-argument", ["history"]),
        ("no-reason", ["reject", "churn"]),
        ("no-such-root", ["plan", "--root", "does-not-exist"]),
    ],
)
def test_a_wrong_call_is_told_in_one_message(
    name: str, arguments: list[str], say: Say, golden: Golden, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 1, nothing on stdout, and what was wrong."""
    monkeypatch.chdir("/")

    said = say(*arguments)

    assert (said.code, said.out) == (1, "")
    golden(f"usage/{name}", said)
