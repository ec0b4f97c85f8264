"""What the documents tell people to type is something that the command line knows."""

import re
import shlex
from pathlib import Path

import click
import pytest

from mlops_gitops.cli import group

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    path
    for folder in ("", ".github", "docs", "blueprints", "config-examples")
    for path in (ROOT / folder).glob("**/*.md" if folder else "*.md")
)
BLOCK = re.compile(r"^```(?:console|sh)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
IN_BLOCK = re.compile(r"^(?:\$ )?mlops-gitops (.*)$", re.MULTILINE)
IN_TEXT = re.compile(r"`mlops-gitops ([a-z][^`]*)`")


def commands(document: Path) -> list[str]:
    """List the calls that a document names, without our own name."""
    text = document.read_text(encoding="utf-8").replace("\\\n", " ")
    blocks = [call for block in BLOCK.findall(text) for call in IN_BLOCK.findall(block)]
    return [*blocks, *IN_TEXT.findall(text)]


def parse(words: list[str]) -> None:
    """Hold a call to the command's options; click raises where there is no such thing."""
    command: click.Command = group
    context = click.Context(command, info_name="mlops-gitops", **command.context_settings)
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        name, *words = words
        found = command.get_command(context, name)
        if found is None:
            raise click.UsageError(f"There is no command {name!r}.")
        command, context = found, click.Context(found, parent=context, info_name=name)
    command.make_parser(context).parse_args(words)


def test_documents_name_commands() -> None:
    """The search finds what it is for, in blocks and in sentences."""
    found = commands(ROOT / "docs" / "getting-started.md")

    assert "status --watch" in found
    assert "explain MG020" in found


@pytest.mark.parametrize("call", ["plann", "plan --detailed", "blueprint shw NAME"])
def test_what_is_not_there_is_seen(call: str) -> None:
    """A command or an option that does not exist would not pass."""
    with pytest.raises(click.UsageError):
        parse(shlex.split(call))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_command_in_a_document_exists(document: Path) -> None:
    """Command, sub-command and options of each call are known."""
    for call in commands(document):
        parse(shlex.split(call, comments=True))
