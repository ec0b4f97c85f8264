"""What the demo shows: narration, commands with their real output, long outputs folded."""

import contextlib
import io
import os
import shlex
import subprocess
import sys
from collections.abc import Sequence

import click

from mlops_gitops import cli
from mlops_gitops.cli.demo_steps import Fold
from mlops_gitops.errors import MlopsError

_INDENT = "  "
_SIGNALLED = 128


def say(text: str = "") -> None:
    """Narrate."""
    click.echo(text)


def headline(text: str) -> None:
    """Narrate, where somebody skims."""
    click.echo(_bold(text))


def ask_to_go_on() -> bool:
    """Wait for Enter; False if the answer is to stop."""
    click.echo()
    try:
        answer = input("Enter goes on, q stops: ")
    except EOFError:
        click.echo()
        return False
    return not answer.strip().lower().startswith("q")


def typed(line: str) -> None:
    """Show what a user types."""
    click.echo()
    click.echo(_bold(f"$ {line}"))


def run(line: str, exits: int, fold: Fold | None) -> None:
    """Show a command, run it, and hold it to its exit code.

    `mlops-gitops` runs through its own front door in this process, which saves a start each time;
    its answer and its talk are shown in one stream.

    Raises:
        MlopsError: it ended with another code.
    """
    typed(line)
    program, *arguments = shlex.split(line)
    if program == "mlops-gitops":
        code = _ourselves(arguments) if fold is None else _folded(arguments, fold, line)
    else:
        sys.stdout.flush()
        code = subprocess.run([program, *arguments], check=False).returncode  # noqa: S603 - the story's own commands
    if code != exits:
        message = f"The demo expected `{line}` to end with exit code {exits}; it ended with {code}."
        raise MlopsError(message, hint="Run `mlops-gitops demo --keep` to look into it.")
    if code:
        click.echo(f"(exit code {code})")


def _ourselves(arguments: Sequence[str]) -> int:
    """Run `mlops-gitops` as if it had been typed; give its exit code."""
    before, code = sys.argv, 0
    sys.argv = ["mlops-gitops", *arguments]
    try:
        with contextlib.redirect_stderr(sys.stdout):
            cli.main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    finally:
        sys.argv = before
    if code > _SIGNALLED:
        raise SystemExit(code)
    return code


class _Held(io.StringIO):
    """An output that is held back, and still has a file behind it for whoever needs one."""

    def fileno(self) -> int:
        return sys.__stdout__.fileno() if sys.__stdout__ else super().fileno()


def _folded(arguments: Sequence[str], fold: Fold, line: str) -> int:
    with contextlib.redirect_stdout(_Held()) as held:
        code = _ourselves(arguments)
    click.echo("\n".join(folded(held.getvalue().splitlines(), fold, line)))
    return code


def folded(lines: Sequence[str], fold: Fold, command: str) -> list[str]:
    """Leave out the middle of a long output, and say so where it was."""
    left_out = len(lines) - fold.head - fold.tail
    if left_out <= 1:
        return list(lines)
    note = f"{_INDENT}... {left_out} more lines of `{command}`"
    return [*lines[: fold.head], note, *lines[len(lines) - fold.tail :]]


def _bold(text: str) -> str:
    plain = bool(os.environ.get("NO_COLOR")) or not sys.stdout.isatty()
    return text if plain else click.style(text, bold=True)
